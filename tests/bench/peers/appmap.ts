import { VSequenceDiagram } from '@appland/components';
import Vue from 'vue';
import { messageAt, participants } from '../messages.ts';
import '../probe.ts';
import { makeScroller } from './scroller.ts';

const { scroller, stage } = makeScroller();
const place = document.createElement('div');
stage.append(place);

/** AppMap draws an answer as the return of its call: an odd last question has none. */
function diagramOf(count: number): object {
	const actions: object[] = [];
	for (let k = 0; k < count; k++) {
		const { from, to, text } = messageAt(k);
		actions.push({
			nodeType: 3,
			caller: from,
			callee: to,
			name: text,
			static: false,
			stableProperties: {},
			digest: String(k),
			subtreeDigest: String(k),
			children: [],
			elapsed: 0.001,
			eventIds: [k + 1]
		});
	}
	return {
		actors: participants.map((id, order) => ({ id, name: id, order })),
		rootActions: actions
	};
}

let view: Vue | undefined;

window.bench.peer = {
	scroller,
	async draw(count) {
		const diagram = diagramOf(count);
		if (view) view['diagram'] = diagram;
		else
			view = new Vue({
				el: place,
				data: { diagram },
				render(h) {
					return h(VSequenceDiagram, {
						props: { serializedDiagram: this['diagram'], interactive: true }
					});
				}
			});
		await view.$nextTick();
	}
};
