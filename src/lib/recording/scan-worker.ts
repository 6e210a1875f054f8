import type { Batch } from './batch.ts';
import { Scanner } from './scanner.ts';
import type { FromWorker, ToWorker } from './scan-apart.ts';
import { isSealBroken } from './seal.ts';
import { slicesOf } from './slices.ts';

/**
 * Scans a large file away from the page; `scan-apart.ts` says what the two tell each other. A few batches are under way
 * at most, or a slow page would drown in them.
 */
const ahead = 4;

/** What a worker's own scope has, without the library of types that would replace the page's. */
interface Scope {
	onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
	postMessage(message: FromWorker, transfer?: Transferable[]): void;
}
const scope = globalThis as unknown as Scope;

let free = ahead;
let resume: (() => void) | undefined;
let goOn: (() => void) | undefined;

scope.onmessage = ({ data }) => {
	if (data instanceof Blob) return void scan(data);
	if (data === 'idle') return goOn?.();
	free++;
	resume?.();
};

async function scan(file: Blob): Promise<void> {
	const scanner = new Scanner({ seals: false });
	for await (const bytes of slicesOf(file)) {
		if (free === 0) await new Promise<void>((resolve) => (resume = resolve));
		free--;
		const batch = scanner.scan(bytes);
		scope.postMessage(batch, buffersOf(batch));
	}
	scope.postMessage('read');
	// Only once all is shown, and while the reader does nothing: this takes another half of the time.
	scope.postMessage((await isSealBroken(file, pageIsIdle)) ? 'altered' : 'sound');
}

async function pageIsIdle(): Promise<void> {
	const idle = new Promise<void>((resolve) => (goOn = resolve));
	scope.postMessage('waits');
	await idle;
}

function buffersOf(batch: Batch): ArrayBuffer[] {
	const tables = [batch.items, batch.sent, batch.chunks, batch.tty, batch.returns, batch.keys];
	const columns = tables.flatMap((table): ArrayBufferView[] => Object.values(table));
	return [batch.bytes, ...columns].map(({ buffer }) => buffer as ArrayBuffer);
}
