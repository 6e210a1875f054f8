/** What the bench uses of the peers, which are installed for it alone. */
declare module 'mermaid' {
	const mermaid: {
		initialize(config: Record<string, unknown>): void;
		render(id: string, text: string): Promise<{ svg: string }>;
	};
	export default mermaid;
}
declare module '@zenuml/core' {
	export default class ZenUml {
		constructor(element: HTMLElement);
		render(code: string, config: Record<string, unknown>): Promise<unknown>;
	}
}
declare module '@appland/components' {
	export const VSequenceDiagram: object;
}
declare module 'vue' {
	/** Version 2, which AppMap's components are made for. */
	export default class Vue {
		constructor(options: {
			el: HTMLElement;
			data: Record<string, unknown>;
			render(this: Record<string, unknown>, h: (of: object, data: object) => unknown): unknown;
		});
		[field: string]: unknown;
		$nextTick(): Promise<void>;
	}
}
