import mermaid from 'mermaid';
import { messageAt, participants } from '../messages.ts';
import '../probe.ts';
import { makeScroller } from './scroller.ts';

mermaid.initialize({ startOnLoad: false, maxTextSize: 1e8, maxEdges: 1e6 });
const { scroller, stage } = makeScroller();
let drawn = 0;

function textOf(count: number): string {
	const lines = ['sequenceDiagram', ...participants.map((lane) => `participant ${lane}`)];
	for (let k = 0; k < count; k++) {
		const { from, to, text, reply } = messageAt(k);
		lines.push(`${from}${reply ? '-->>' : '->>'}${to}: ${text}`);
	}
	return lines.join('\n');
}

window.bench.peer = {
	scroller,
	async draw(count) {
		const { svg } = await mermaid.render(`diagram-${drawn++}`, textOf(count));
		stage.innerHTML = svg;
	}
};
