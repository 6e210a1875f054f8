import type { EraId } from '../../src/lib/trace/eras.ts';
import type { Cell, Cells } from './cell.ts';
import { auth } from './cells/auth.ts';
import { deletion } from './cells/delete.ts';
import { exec } from './cells/exec.ts';
import { get } from './cells/get.ts';
import { logs } from './cells/logs.ts';
import { portForward } from './cells/port-forward.ts';
import { run } from './cells/run.ts';
import { version } from './cells/version.ts';
import { watch } from './cells/watch.ts';

/** The cells of each verb, in the order of the table; `cells/VERB.ts` has them. */
const verbs: Record<string, Cells> = {
	version,
	get,
	exec,
	logs,
	'port-forward': portForward,
	run,
	delete: deletion,
	watch,
	auth
};

/** Eras that are finished: one joins when what its cells ask for is there. */
export const matrixEras: readonly EraId[] = ['1.15-redirect', '1.15-proxy', '1.24-cri'];

export const verbNames = Object.keys(verbs);

export interface NamedCell extends Cell {
	/** `get po -o wide`: the verb, then the name among its cells. */
	id: string;
	verb: string;
}

export const cells: NamedCell[] = Object.entries(verbs).flatMap(([verb, its]) =>
	Object.entries(its).map(([name, cell]) => ({ ...cell, id: `${verb} ${name}`, verb }))
);
