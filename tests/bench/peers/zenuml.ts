import ZenUml from '@zenuml/core';
import { messageAt, participants } from '../messages.ts';
import '../probe.ts';
import { makeScroller } from './scroller.ts';

const { scroller, stage } = makeScroller();
const diagram = new ZenUml(stage);

function textOf(count: number): string {
	const lines: string[] = [...participants];
	for (let k = 0; k < count; k++) {
		const { from, to, text } = messageAt(k);
		lines.push(`${from}->${to}: ${text}`);
	}
	return lines.join('\n');
}

window.bench.peer = {
	scroller,
	async draw(count) {
		await diagram.render(textOf(count), { theme: 'theme-default' });
		// From the second time on it waits before it draws, and does not say when it has.
		while (stage.querySelectorAll('.message').length < count)
			await new Promise((resolve) => setTimeout(resolve, 1));
	}
};
