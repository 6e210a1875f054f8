import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defaultLimits } from '../../src/lib/server/limits.ts';
import { Tracer } from '../../src/lib/server/tracer.ts';
import { MessageDecoder } from '../../src/lib/server/transport/message-decoder.ts';
import { linesOf, type CheckedLine } from './check-recording.ts';
import { fakeClock } from './fake-clock.ts';

/** A tracer that writes into a folder of its own, and what it wrote. */
export function startTraced() {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'traced-'));
	const tracer = new Tracer({
		recordings: folder,
		engine: 'embedded',
		by: 'execscope test',
		era: () => '1.15-redirect',
		limits: defaultLimits,
		clock: fakeClock(),
		decoder: () => new MessageDecoder(),
		written: () => {},
		changed: () => {}
	});
	const text = (run: { id: string }) =>
		readFileSync(path.join(folder, `${run.id}.execscope`), 'utf8');
	return {
		tracer,
		text,
		ofKind: (run: { id: string }, k: string): CheckedLine[] =>
			linesOf(text(run)).filter((line) => line.k === k),
		close() {
			tracer.close();
			rmSync(folder, { recursive: true, force: true });
		}
	};
}
