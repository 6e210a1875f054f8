/** `docker top`: the host's own ps, of which only the container's processes are shown (moby daemon/top_unix.go). */
import { execFile } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { promisify } from 'node:util';
import { DockerError } from './docker-error.ts';
import type { Call, Engine, Told } from './routes.ts';
import { hostPath } from '../transport/spawn-sealed.ts';

const ps = promisify(execFile);

export async function top({ state }: Engine, { key, query }: Call): Promise<Told> {
	const args = (query.get('ps_args') || '-ef').trim().split(/\s+/);
	// No `=`: a column with another name than its own could pass for that of the pids.
	const strange = args.find((arg) => !/^[-\w,]+$/.test(arg));
	if (strange !== undefined)
		throw new DockerError(400, `the embedded engine runs no ps with ${JSON.stringify(strange)}`);
	const container = state.container(key);
	if (!container.running) throw new DockerError(409, `Container ${container.id} is not running`);
	const { stdout } = await ps('ps', args, { env: { PATH: hostPath, LC_ALL: 'C' } }).catch(
		(error: unknown) => {
			throw new DockerError(500, `error running ps: ${String((error as Error).message).trim()}`);
		}
	);
	state.events.container(container, 'top');
	return {
		status: 200,
		json: onlyThose(stdout, pidsIn(container.state.pid)),
		facts: { containerId: container.id }
	};
}

/** Every process in the pid namespace of `pid`, by its number on the host. */
function pidsIn(pid: number): Set<string> {
	const namespaceOf = (each: string) => {
		try {
			return readlinkSync(`/proc/${each}/ns/pid`);
		} catch {
			return undefined; // gone, or none of ours
		}
	};
	const namespace = namespaceOf(String(pid));
	const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
	return new Set(all.filter((each) => namespace && namespaceOf(each) === namespace));
}

function onlyThose(text: string, pids: ReadonlySet<string>) {
	const [titles = [], ...rows] = text
		.split('\n')
		.filter(Boolean)
		.map((line) => line.trim().split(/\s+/));
	const column = titles.indexOf('PID');
	if (column < 0) throw new DockerError(500, "Couldn't find PID field in ps output");
	const last = titles.length - 1;
	const Processes = rows
		.filter((row) => pids.has(row[column] ?? ''))
		.map((row) => [...row.slice(0, last), row.slice(last).join(' ')]);
	return { Processes, Titles: titles };
}
