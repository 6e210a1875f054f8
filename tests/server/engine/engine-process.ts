/** The engine as a program, for tests that kill it: argv[2] is its folder. */
import { join } from 'node:path';
import { startEngine } from '../../../src/lib/server/engine/engine.ts';
import { defaultLimits, systemClock } from '../../../src/lib/server/limits.ts';
import { quietTrace } from '../../support/quiet-trace.ts';

const dir = process.argv[2]!;
const engine = await startEngine({
	node: 'node-1',
	address: { kind: 'unix', path: join(dir, 'd.sock') },
	dir,
	trace: quietTrace(),
	limits: defaultLimits,
	clock: systemClock
});
process.stdout.write(`${JSON.stringify(engine.address)}\n`);
