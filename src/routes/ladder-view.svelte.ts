import type { Detail, FrameSource } from '$lib/diagram/rows.ts';
import type { Recording } from '$lib/recording/recording.ts';
import type { LaneId } from '$lib/trace/lanes.ts';
import { theme } from './theme.svelte.ts';

const zooms = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];

/** How the reader wants the ladder: how much of it, how large, and what is folded away. */
export class LadderView {
	/** What the reader chose; until then a projector tells the story, and a page every step. */
	chosenDetail = $state<Detail>();
	readonly detail = $derived<Detail>(this.chosenDetail ?? (theme.choice === 'projector' ? 1 : 2));
	/** Folds that are open, by their ids. */
	opened = $state.raw<ReadonlySet<string>>(new Set());
	/** Lanes that are folded into their neighbours. */
	foldedLanes = $state.raw<ReadonlySet<LaneId>>(new Set());
	zoom = $state(1);
	/** What decodes bytes into frames; it comes when frames are first asked for. */
	#frames = $state.raw<(recording: Recording) => FrameSource>();

	/** The frames of a recording; undefined where this much detail has none, or their decoders are still to come. */
	framesOf(recording: Recording): FrameSource | undefined {
		return this.detail > 2 ? this.#frames?.(recording) : undefined;
	}

	/** Levels 3 and 4 need the decoders, which are loaded then; where they cannot be had, the level stays as it was. */
	async showDetail(detail: Detail): Promise<void> {
		const before = this.chosenDetail;
		const wanted = Math.max(1, Math.min(4, detail)) as Detail;
		this.chosenDetail = wanted;
		if (wanted <= 2 || this.#frames) return;
		try {
			this.#frames = (await import('$lib/diagram/frame-source.ts')).framesIn;
		} catch {
			if (this.chosenDetail === wanted) this.chosenDetail = before;
		}
	}

	/** Opens a fold, or closes it. */
	fold(id: string): void {
		const opened = new Set(this.opened);
		if (!opened.delete(id)) opened.add(id);
		this.opened = opened;
	}

	/** Folds a lane into its neighbour. One lane is always drawn: `layoutLanes` sees to that. */
	foldLane(lane: LaneId): void {
		this.foldedLanes = new Set([...this.foldedLanes, lane]);
	}

	unfoldLanes(lanes: readonly LaneId[]): void {
		this.foldedLanes = new Set([...this.foldedLanes].filter((lane) => !lanes.includes(lane)));
	}

	zoomBy(steps: 1 | -1): void {
		const at = zooms.findIndex((zoom) => zoom >= this.zoom);
		this.zoom = zooms[Math.max(0, Math.min(zooms.length - 1, at + steps))]!;
	}
}
