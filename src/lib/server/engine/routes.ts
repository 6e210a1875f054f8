/** The part of the Docker Engine API 1.41 that is served, as one table. */
import os from 'node:os';
import type { Writable } from 'node:stream';
import type { Facts } from '../../trace/event.ts';
import type { StepId } from '../../trace/steps.ts';
import type { Clock, Limits } from '../limits.ts';
import type { Answer } from './answers.ts';
import { isTrue } from './bool-value.ts';
import { inspection, summary } from './container-answers.ts';
import { DockerError } from './docker-error.ts';
import type { EngineState } from './engine-state.ts';
import { objectOf, words } from './engine-state.ts';
import { events } from './events.ts';
import { ExecInstance } from './exec-instance.ts';
import type { PipePool } from './pipe-pool.ts';
import { findImage, imageFor, imageInspection, imageSummary, normalReference } from './images.ts';
import { listFilter } from './list-filters.ts';
import { logs } from './logs.ts';
import { refuseOtherUser } from './refuse.ts';
import { info, ping, version } from './system-answers.ts';
import { top } from './top.ts';
import { wait } from './wait.ts';

export interface Engine {
	node: string;
	dir: string;
	state: EngineState;
	pipes: PipePool;
	limits: Limits;
	clock: Clock;
}

export interface Call {
	/** What stood in the brackets of the route's path. */
	key: string;
	query: URLSearchParams;
	body: unknown;
}

/** An answer with what the trace says of it. */
export type Told = Answer & {
	facts?: Facts;
	execId?: string;
	/** Writes the body, piece by piece; `signal` is aborted when the client has gone. */
	pour?(body: Writable, signal: AbortSignal): Promise<void>;
};

export interface Route {
	method: string;
	path: RegExp;
	step: StepId;
	/** Absent: an exec or a container takes the whole connection. */
	answer?(engine: Engine, call: Call): Told | Promise<Told>;
}

const request = (method: string, path: RegExp, answer: NonNullable<Route['answer']>): Route => ({
	method,
	path,
	step: 'docker-request',
	answer
});

/** How long `docker stop` waits unless it says so itself. */
const stopGraceSeconds = 10;

export const routes: Route[] = [
	request('GET', /^\/_ping$/, () => ping(false)),
	request('HEAD', /^\/_ping$/, () => ping(true)),
	request('GET', /^\/version$/, () => ({ status: 200, json: version() })),
	request('GET', /^\/info$/, ({ node, state }) => {
		const all = [...state.containers.values()];
		const running = all.filter((each) => each.running).length;
		const counts = { all: all.length, running, images: state.images.size };
		return { status: 200, json: info(node, counts) };
	}),
	request('GET', /^\/containers\/json$/, listContainers),
	request('POST', /^\/containers\/create$/, createContainer),
	{
		method: 'GET',
		path: /^\/containers\/([^/]+)\/json$/,
		step: 'check-container',
		answer({ state }, { key }) {
			const container = state.container(key);
			const { status, pid } = container.state;
			return {
				status: 200,
				json: inspection(container, state.running(container)),
				facts: { containerId: container.id, status, pid }
			};
		}
	},
	request('POST', /^\/containers\/([^/]+)\/start$/, startContainer),
	request('POST', /^\/containers\/([^/]+)\/stop$/, stopContainer),
	request('POST', /^\/containers\/([^/]+)\/kill$/, killContainer),
	{ method: 'POST', path: /^\/containers\/([^/]+)\/attach$/, step: 'docker-attach' },
	request('POST', /^\/containers\/([^/]+)\/wait$/, wait),
	request('POST', /^\/containers\/([^/]+)\/resize$/, resizeContainer),
	request('GET', /^\/containers\/([^/]+)\/logs$/, logs),
	request('GET', /^\/containers\/([^/]+)\/top$/, top),
	request('GET', /^\/events$/, events),
	request('DELETE', /^\/containers\/([^/]+)$/, removeContainer),
	request('GET', /^\/images\/json$/, ({ state }) => ({ status: 200, json: listImages(state) })),
	request('GET', /^\/images\/(.+)\/json$/, ({ state }, { key }) => {
		const image = findImage(key);
		if (!image)
			throw new DockerError(404, `no such image: ${key}: No such image: ${normalReference(key)}`);
		const tags = [image.reference];
		return { status: 200, json: imageInspection(image, tags, state.started.toISOString()) };
	}),
	request('POST', /^\/images\/create$/, pullImage),
	{
		method: 'POST',
		path: /^\/containers\/([^/]+)\/exec$/,
		step: 'docker-create-exec',
		answer: createExec
	},
	{ method: 'POST', path: /^\/exec\/([^/]+)\/start$/, step: 'docker-start-exec' },
	request('POST', /^\/exec\/([^/]+)\/resize$/, resizeExec),
	{
		method: 'GET',
		path: /^\/exec\/([^/]+)\/json$/,
		step: 'docker-inspect-exec',
		answer: inspectExec
	}
];

function listContainers({ state }: Engine, { query }: Call): Told {
	const { matches, byStatus } = listFilter(query.get('filters'));
	const all = byStatus || isTrue(query.get('all'));
	const found = [...state.containers.values()]
		.reverse() // newest first
		.filter((each) => (all || each.running) && matches(each));
	const limit = Number(query.get('limit') ?? 0);
	const shown = limit > 0 ? found.slice(0, limit) : found;
	const now = Date.now();
	return {
		status: 200,
		json: shown.map((each) => summary(each, now)),
		facts: { containers: shown.map((each) => each.name) }
	};
}

function createContainer({ state }: Engine, { query, body }: Call): Told {
	const container = state.create(query.get('name'), body);
	return {
		status: 201,
		json: { Id: container.id, Warnings: [] },
		facts: { containerId: container.id }
	};
}

async function startContainer({ state, dir, pipes }: Engine, { key }: Call): Promise<Told> {
	const container = state.container(key);
	if (container.running) return { status: 304 };
	await container.start(dir, pipes);
	return { status: 204, facts: { containerId: container.id, pid: container.state.pid } };
}

async function stopContainer({ state, clock }: Engine, { key, query }: Call): Promise<Told> {
	const container = state.container(key);
	if (!container.running) return { status: 304 };
	const seconds = Number(query.get('t') ?? stopGraceSeconds);
	container.signal('SIGTERM');
	const takeBack = clock.after(seconds * 1000, () => void container.kill());
	await container.ended();
	takeBack();
	state.events.container(container, 'stop');
	return { status: 204, facts: { exitCode: container.state.exitCode } };
}

async function killContainer({ state }: Engine, { key, query }: Call): Promise<Told> {
	const container = state.container(key);
	if (!container.running)
		throw new DockerError(
			409,
			`Cannot kill container: ${key}: Container ${container.id} is not running`
		);
	const signal = signalNamed(query.get('signal') ?? 'KILL');
	container.signal(signal);
	if (signal === 'SIGKILL') await container.ended();
	return { status: 204 };
}

function signalNamed(text: string): NodeJS.Signals {
	const byNumber = Object.entries(os.constants.signals).find(([, n]) => n === Number(text))?.[0];
	const name = byNumber ?? (/^SIG/i.test(text) ? text : `SIG${text}`).toUpperCase();
	if (!Object.hasOwn(os.constants.signals, name))
		throw new DockerError(400, `Invalid signal: ${text}`);
	return name as NodeJS.Signals; // it is a key of the table of signals
}

async function removeContainer({ state }: Engine, { key, query }: Call): Promise<Told> {
	const container = state.container(key);
	const force = isTrue(query.get('force'));
	if (container.running && !force)
		throw new DockerError(
			409,
			`You cannot remove a running container ${container.id}. Stop the container before attempting removal or force remove`
		);
	await state.remove(container);
	return { status: 204 };
}

function listImages(state: EngineState) {
	const byId = new Map<string, string[]>();
	for (const reference of state.images) {
		const { id } = imageFor(reference);
		byId.set(id, [...(byId.get(id) ?? []), reference]);
	}
	return [...byId.values()].map((tags) =>
		imageSummary(imageFor(tags[0]!), tags, state.started.getTime())
	);
}

/** A pull moves nothing: the image is a name for what the host has. Its progress says so. */
function pullImage({ state }: Engine, { query }: Call): Told {
	const from = query.get('fromImage');
	if (!from)
		throw new DockerError(400, 'the embedded engine imports no images (only fromImage is known)');
	const tag = query.get('tag');
	const separator = tag?.includes(':') ? '@' : ':';
	const image = imageFor(tag ? `${from}${separator}${tag}` : from);
	const isNew = !state.images.has(image.reference);
	state.images.add(image.reference);
	state.events.image(image.reference, 'pull');
	const what = isNew ? 'Took the name for' : 'Image is up to date for';
	const lines = [
		{ status: `${image.name} stands on this host's own /usr; nothing is downloaded` },
		{ status: `Digest: ${image.id}` },
		{ status: `Status: ${what} ${image.reference}` }
	];
	const text = lines.map((line) => `${JSON.stringify(line)}\r\n`).join('');
	return { status: 200, text, type: 'application/json', facts: { image: image.reference } };
}

function createExec({ state }: Engine, { key, body }: Call): Told {
	const given = objectOf<Record<string, unknown>>(body);
	const container = state.container(key);
	if (!container.running) throw new DockerError(409, `Container ${container.id} is not running`);
	const argv = words(given.Cmd);
	if (!argv) throw new DockerError(400, 'No exec command specified');
	if (given.Privileged) throw new DockerError(400, 'the embedded engine refuses privileged execs');
	const user = String(given.User ?? '');
	// A user that the container does not know is refused when the exec starts, as by dockerd.
	if (/^(nobody|\d+)?(:\w*)?$/.test(user)) refuseOtherUser(user);
	const exec = new ExecInstance(container, {
		argv,
		user,
		env: words(given.Env) ?? [],
		cwd: String(given.WorkingDir ?? ''),
		tty: given.Tty === true,
		stdin: given.AttachStdin === true,
		stdout: given.AttachStdout === true,
		stderr: given.AttachStderr === true,
		detachKeys: String(given.DetachKeys ?? '')
	});
	state.addExec(exec);
	return {
		status: 201,
		json: { Id: exec.id },
		execId: exec.id,
		facts: { execId: exec.id, containerId: container.id, cmd: argv, tty: exec.config.tty }
	};
}

async function resizeExec({ state, clock, limits }: Engine, { key, query }: Call): Promise<Told> {
	const [rows, cols] = [size(query.get('h')), size(query.get('w'))];
	const exec = state.exec(key);
	if (exec.state === 'finished') throw new DockerError(404, 'no such exec');
	const inTime = await new Promise<boolean>((resolve) => {
		const takeBack = clock.after(limits.execReadyMs, () => resolve(false));
		void exec.started().then(() => {
			takeBack();
			resolve(true);
		});
	});
	if (!inTime) throw new DockerError(500, 'timeout waiting for exec session ready');
	if (!exec.resize(cols, rows)) throw new DockerError(404, 'no such exec');
	return { status: 200, empty: true, facts: { cols, rows } };
}

function resizeContainer({ state }: Engine, { key, query }: Call): Told {
	const [rows, cols] = [size(query.get('h')), size(query.get('w'))];
	const container = state.container(key);
	if (!container.running) throw new DockerError(409, `Container ${container.id} is not running`);
	container.streams.resize(cols, rows);
	state.events.container(container, 'resize', { height: String(rows), width: String(cols) });
	return { status: 200, empty: true, facts: { containerId: container.id, cols, rows } };
}

function size(text: string | null): number {
	if (text === null || !/^[+-]?\d+$/.test(text))
		throw new DockerError(
			400,
			`strconv.Atoi: parsing ${JSON.stringify(text ?? '')}: invalid syntax`
		);
	return Math.max(0, Math.min(Number(text), 65535));
}

function inspectExec({ state }: Engine, { key }: Call): Told {
	const { id, config, container, state: now, exitCode, pid } = state.exec(key);
	const [entrypoint, ...rest] = config.argv;
	return {
		status: 200,
		json: {
			ID: id,
			Running: now === 'running',
			ExitCode: exitCode,
			ProcessConfig: { tty: config.tty, entrypoint, arguments: rest, privileged: false },
			OpenStdin: config.stdin,
			OpenStderr: config.stderr,
			OpenStdout: config.stdout,
			CanRemove: false,
			ContainerID: container.id,
			DetachKeys: config.detachKeys,
			Pid: pid
		},
		facts: { execId: id, running: now === 'running', exitCode, pid }
	};
}
