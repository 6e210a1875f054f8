/**
 * The engine as the shim sees it: `pkg/kubelet/dockershim/libdocker/kube_docker_client.go`. Only the calls that the
 * served part of CRI needs; each is one request of the Docker Engine API.
 */
import type {
	ContainerJson,
	ContainerSummary,
	CreateBody,
	ExecJson,
	ExecOptions,
	ImageJson,
	ImageSummary,
	VersionJson
} from './docker-types.ts';
import { DockerError, noSuchObject, refusedByDaemon } from './docker-error.ts';
import {
	DockerTransport,
	type Asking,
	type DockerAnswer,
	type DockerRequest,
	type DockerTransportOptions,
	type Hijacked
} from './docker-transport.ts';

/** The API of the Docker client that Kubernetes 1.15 was built with. */
const clientVersion = '1.40';
const minimumVersion = '1.26';

export class DockerClient {
	readonly #transport: DockerTransport;

	constructor(options: DockerTransportOptions) {
		this.#transport = new DockerTransport(options);
	}

	/** Agrees on an API version once, as upstream at start; throws when the engine is older than the shim can use. */
	async connect(asking: Asking): Promise<void> {
		const ping = await this.#ask(asking, { method: 'GET', path: '/_ping' });
		const server = String(ping.headers['api-version'] ?? minimumVersion);
		const version = older(server, clientVersion) ? server : clientVersion;
		if (older(version, minimumVersion)) {
			throw new DockerError(`docker API version is older than ${minimumVersion}.0`);
		}
		this.#transport.prefix = `/v${version}`;
	}

	version(asking: Asking): Promise<VersionJson> {
		return this.#json(asking, { method: 'GET', path: '/version' });
	}

	listContainers(
		asking: Asking,
		filters: Record<string, string[]>,
		all = true
	): Promise<ContainerSummary[]> {
		return this.#json(asking, {
			method: 'GET',
			path: '/containers/json',
			query: { ...(all ? { all: '1' } : {}), filters: formatFilters(filters) },
			facts: { filters }
		});
	}

	/** `step` tells the inspect that checks a container before an exec from all others. */
	inspectContainer(
		asking: Asking,
		id: string,
		step: 'check-container' | 'docker-request' = 'docker-request'
	): Promise<ContainerJson> {
		return this.#found('container', id, () =>
			this.#json(asking, {
				method: 'GET',
				path: `/containers/${encodeURIComponent(id)}/json`,
				step,
				facts: { containerId: id }
			})
		);
	}

	async createContainer(asking: Asking, name: string, body: CreateBody): Promise<string> {
		const request: DockerRequest = {
			method: 'POST',
			path: '/containers/create',
			query: { name },
			body,
			facts: { name, image: body.Image }
		};
		const { Id } = await this.#json<{ Id: string }>(asking, request);
		return Id;
	}

	async startContainer(asking: Asking, id: string): Promise<void> {
		await this.#onContainer(asking, 'POST', id, '/start');
	}

	/** Waits up to `seconds` for the main process before the engine kills it. */
	async stopContainer(asking: Asking, id: string, seconds: number): Promise<void> {
		await this.#onContainer(asking, 'POST', id, '/stop', { t: String(seconds) }, seconds * 1000);
	}

	async removeContainer(asking: Asking, id: string): Promise<void> {
		await this.#found('container', id, () =>
			this.#onContainer(asking, 'DELETE', id, '', { force: '1', v: '1' })
		);
	}

	listImages(asking: Asking, reference: string): Promise<ImageSummary[]> {
		const filters: Record<string, string[]> = reference === '' ? {} : { reference: [reference] };
		return this.#json(asking, {
			method: 'GET',
			path: '/images/json',
			query: reference === '' ? {} : { filters: formatFilters(filters) },
			facts: { filters }
		});
	}

	inspectImage(asking: Asking, name: string): Promise<ImageJson> {
		return this.#found('image', name, () =>
			this.#json(asking, {
				method: 'GET',
				path: `/images/${name.split('/').map(encodeURIComponent).join('/')}/json`,
				facts: { image: name }
			})
		);
	}

	/** Reads the progress to its end; throws what the engine says in it. Pulls may take as long as they take. */
	async pullImage(asking: Asking, name: string, tag: string): Promise<void> {
		const { body } = await this.#ask(asking, {
			method: 'POST',
			path: '/images/create',
			query: { fromImage: name, tag },
			extraMs: Infinity,
			facts: { image: name, tag }
		});
		for (const line of body.toString().split('\n')) {
			if (line.trim() === '') continue;
			const progress = parse<{ error?: string }>(Buffer.from(line));
			if (progress.error !== undefined) throw new DockerError(progress.error);
		}
	}

	async createExec(asking: Asking, containerId: string, options: ExecOptions): Promise<string> {
		const { Id } = await this.#json<{ Id: string }>(asking, {
			method: 'POST',
			path: `/containers/${encodeURIComponent(containerId)}/exec`,
			body: options,
			step: 'docker-create-exec',
			facts: { containerId, cmd: options.Cmd, tty: options.Tty }
		});
		return Id;
	}

	/** Starts an exec and takes the connection over; throws when the engine does not hand it over. */
	startExec(asking: Asking, execId: string, tty: boolean): Promise<Hijacked> {
		return this.#transport.hijack(asking, {
			method: 'POST',
			path: `/exec/${execId}/start`,
			body: { Detach: false, Tty: tty },
			step: 'docker-start-exec',
			facts: { execId, tty }
		});
	}

	inspectExec(asking: Asking, execId: string): Promise<ExecJson> {
		return this.#json(asking, {
			method: 'GET',
			path: `/exec/${execId}/json`,
			step: 'docker-inspect-exec',
			facts: { execId }
		});
	}

	async resizeExecTty(asking: Asking, execId: string, h: number, w: number): Promise<void> {
		await this.#ask(asking, {
			method: 'POST',
			path: `/exec/${execId}/resize`,
			query: { h: String(h), w: String(w) },
			facts: { execId, h, w }
		});
	}

	close(): void {
		this.#transport.close();
	}

	#onContainer(
		asking: Asking,
		method: 'POST' | 'DELETE',
		id: string,
		what: string,
		query?: Record<string, string>,
		extraMs?: number
	): Promise<DockerAnswer> {
		return this.#ask(asking, {
			method,
			path: `/containers/${encodeURIComponent(id)}${what}`,
			...(query ? { query } : {}),
			...(extraMs === undefined ? {} : { extraMs }),
			facts: { containerId: id }
		});
	}

	async #found<T>(kind: 'container' | 'image', id: string, ask: () => Promise<T>): Promise<T> {
		try {
			return await ask();
		} catch (error) {
			if (error instanceof DockerError && error.notFound) throw noSuchObject(kind, id);
			throw error;
		}
	}

	async #json<T>(asking: Asking, request: DockerRequest): Promise<T> {
		return parse<T>((await this.#ask(asking, request)).body);
	}

	async #ask(asking: Asking, request: DockerRequest): Promise<DockerAnswer> {
		const answer = await this.#transport.send(asking, request);
		if (answer.status >= 400) throw refusedByDaemon(answer.status, answer.body);
		return answer;
	}
}

/** The engine's JSON is believed to have the shape that the API promises. */
function parse<T>(body: Buffer): T {
	try {
		return JSON.parse(body.toString()) as T;
	} catch (error) {
		throw new DockerError(`invalid answer of the docker daemon: ${(error as Error).message}`);
	}
}

/** `{"label":{"a=b":true}}`, the form of filters since API 1.22. */
function formatFilters(filters: Record<string, string[]>): string {
	return JSON.stringify(
		Object.fromEntries(
			Object.entries(filters).map(([name, values]) => [
				name,
				Object.fromEntries(values.map((value) => [value, true]))
			])
		)
	);
}

/** Whether API version `a` comes before `b`; both are `major.minor`. */
function older(a: string, b: string): boolean {
	const [majorA = 0, minorA = 0] = a.split('.').map(Number);
	const [majorB = 0, minorB = 0] = b.split('.').map(Number);
	return majorA === majorB ? minorA < minorB : majorA < majorB;
}
