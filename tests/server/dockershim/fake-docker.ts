import http from 'node:http';
import type { Duplex } from 'node:stream';
import { encodeFrameHeader } from '../../../src/lib/wire/docker/stdcopy.ts';

/** What a command does with its connection; resolves to its exit code. */
export type FakeCommand = (io: FakeProcess) => Promise<number>;

export interface FakeProcess {
	cmd: string[];
	tty: boolean;
	socket: Duplex;
	/** Framed without a TTY. */
	stdout(text: string): void;
	stderr(text: string): void;
	/** Resolves at the end of stdin. */
	stdin(each: (chunk: Buffer) => void | Promise<void>): Promise<void>;
	sizes: string[];
}

export interface FakeContainer {
	Id: string;
	Name: string;
	Image: string;
	Status: string;
	Labels: Record<string, string>;
}

interface FakeExec {
	id: string;
	container: FakeContainer;
	options: { Cmd: string[]; Tty: boolean };
	running: boolean;
	exitCode: number | null;
	sizes: string[];
}

/** As much of a Docker Engine API as the shim asks for. Commands are functions; there are no processes. */
export class FakeDocker {
	/** Method and URL of each request, in order. */
	readonly asked: string[] = [];
	readonly traceparents: (string | undefined)[] = [];
	readonly containers = new Map<string, FakeContainer>();
	readonly images = new Set(['nginx:latest']);
	readonly execs = new Map<string, FakeExec>();
	readonly bodies: unknown[] = [];
	/** Answers instead of the usual ones: `POST /containers/<id>/exec`. */
	readonly answers = new Map<string, { status: number; message: string }>();
	/** Requests that are never answered: `GET /version`. */
	readonly hanging = new Set<string>();
	/** Inspects say `Running` so many times after the stream has ended. */
	lingering = 0;
	commands: Record<string, FakeCommand> = {
		date: async ({ stdout }) => {
			stdout('Sat Jan 25 18:47:52 UTC 2020\n');
			return 0;
		},
		exit: async ({ cmd }) => Number(cmd[1]),
		cat: async ({ stdin, socket, tty, stdout }) => {
			await stdin(async (chunk) => {
				if (!tty) socket.write(encodeFrameHeader(1, chunk.length));
				if (tty) stdout(chunk.toString());
				else if (!socket.write(chunk)) {
					await new Promise((resolve) => socket.once('drain', resolve));
				}
			});
			return 0;
		}
	};
	#server = http.createServer();
	#sockets = new Set<Duplex>();

	constructor() {
		this.#server.on('connection', (socket) => {
			this.#sockets.add(socket);
			socket.on('close', () => this.#sockets.delete(socket));
		});
		this.#server.on('request', (request, response) => {
			void readBody(request).then((body) => this.#request(request, body, response));
		});
		this.#server.on('upgrade', (request: http.IncomingMessage, socket: Duplex, head: Buffer) => {
			Object.assign(socket, { allowHalfOpen: true });
			socket.on('error', () => socket.destroy());
			void this.#start(request, socket, head);
		});
	}

	get connections(): number {
		return this.#sockets.size;
	}

	async listen(path: string): Promise<void> {
		await new Promise<void>((resolve) => this.#server.listen(path, resolve));
	}

	async close(): Promise<void> {
		for (const socket of this.#sockets) socket.destroy();
		await new Promise((resolve) => this.#server.close(resolve));
	}

	add(container: Partial<FakeContainer> & { Id: string }): FakeContainer {
		const made = {
			Name: `/k8s_nginx_nginx_default_uid-1_0`,
			Image: 'nginx',
			Status: 'Up 5 minutes',
			Labels: { 'io.kubernetes.docker.type': 'container' },
			...container
		};
		this.containers.set(made.Id, made);
		return made;
	}

	#request(request: http.IncomingMessage, body: Buffer, response: http.ServerResponse): void {
		this.#note(request);
		const answer = (status: number, value?: unknown) => {
			response.writeHead(status, { 'Content-Type': 'application/json', 'Api-Version': '1.41' });
			response.end(value === undefined ? '' : `${JSON.stringify(value)}\n`);
		};
		const url = new URL(request.url ?? '', 'http://docker');
		const path = url.pathname.replace(/^\/v[\d.]+/, '');
		const json: unknown = body.length > 0 ? JSON.parse(body.toString()) : undefined;
		if (json) this.bodies.push(json);
		if (this.hanging.has(`${request.method} ${path}`)) return;
		const scripted = this.answers.get(`${request.method} ${path}`);
		if (scripted) return answer(scripted.status, { message: scripted.message });
		const [, kind, id = '', verb = ''] = path.split('/');
		if (path === '/_ping') return answer(200);
		if (path === '/version') return answer(200, { Version: '20.10.24', ApiVersion: '1.41' });
		if (kind === 'containers') return this.#container(request.method!, id, verb, url, json, answer);
		if (kind === 'exec') return this.#exec(id, verb, url, answer);
		if (kind === 'images') return this.#image(path, url, answer);
		answer(404, { message: 'page not found' });
	}

	#container(
		method: string,
		id: string,
		verb: string,
		url: URL,
		body: unknown,
		answer: (status: number, value?: unknown) => void
	): void {
		if (id === 'json') return answer(200, this.#list(url));
		if (id === 'create') {
			const made = this.add({
				Id: String(this.containers.size + 1).padStart(64, 'c'),
				Name: `/${url.searchParams.get('name')}`,
				...(body as { Image: string; Labels: Record<string, string> }),
				Status: 'Created'
			});
			return answer(201, { Id: made.Id, Warnings: [] });
		}
		const container = this.containers.get(id);
		if (!container) return answer(404, { message: `No such container: ${id}` });
		if (verb === 'json') return answer(200, inspection(container));
		if (verb === 'exec') return this.#createExec(container, body, answer);
		if (verb === 'start') container.Status = 'Up 1 second';
		if (verb === 'stop') container.Status = 'Exited (0) 1 second ago';
		if (method === 'DELETE') this.containers.delete(id);
		answer(204);
	}

	#list(url: URL): unknown[] {
		const filters = JSON.parse(url.searchParams.get('filters') ?? '{}') as {
			label?: Record<string, boolean>;
			id?: Record<string, boolean>;
		};
		const labels = Object.keys(filters.label ?? {});
		return [...this.containers.values()]
			.filter(({ Status }) => url.searchParams.get('all') === '1' || Status.startsWith('Up'))
			.filter(({ Labels }) =>
				labels.every((label) => {
					const [key = '', value] = label.split('=');
					return Labels[key] === value;
				})
			)
			.filter(({ Id }) => !filters.id || filters.id[Id])
			.map(({ Name, ...rest }) => ({
				...rest,
				Names: [Name],
				ImageID: 'sha256:1',
				Created: 1579978072
			}));
	}

	#createExec(
		container: FakeContainer,
		options: unknown,
		answer: (status: number, value?: unknown) => void
	): void {
		const id = String(this.execs.size + 1).padStart(64, 'e');
		this.execs.set(id, {
			id,
			container,
			options: options as FakeExec['options'],
			running: false,
			exitCode: null,
			sizes: []
		});
		answer(201, { Id: id });
	}

	#exec(
		id: string,
		verb: string,
		url: URL,
		answer: (status: number, value?: unknown) => void
	): void {
		const exec = this.execs.get(id);
		if (!exec) return answer(404, { message: `No such exec instance: ${id}` });
		if (verb === 'resize') {
			exec.sizes.push(`${url.searchParams.get('w')}x${url.searchParams.get('h')}`);
			return answer(200);
		}
		const running = exec.running || this.lingering-- > 0;
		answer(200, { ID: id, Running: running, ExitCode: running ? null : exec.exitCode });
	}

	#image(path: string, url: URL, answer: (status: number, value?: unknown) => void): void {
		const image = {
			Id: 'sha256:1',
			RepoTags: ['nginx:latest'],
			RepoDigests: ['nginx@sha256:2'],
			Size: 10,
			VirtualSize: 12,
			Config: { User: '101:101' }
		};
		if (path === '/images/json') return answer(200, [image]);
		if (path === '/images/create') {
			const name = `${url.searchParams.get('fromImage')}:${url.searchParams.get('tag')}`;
			if (name.startsWith('nosuch')) return answer(404, { message: `No such image: ${name}` });
			this.images.add(name);
			return answer(200, { status: 'Downloaded' });
		}
		const name = decodeURIComponent(path.slice('/images/'.length, -'/json'.length));
		const known = ['sha256:1', ...this.images].some(
			(each) => each === name || each === `${name}:latest`
		);
		if (!known) return answer(404, { message: `No such image: ${name}` });
		answer(200, image);
	}

	async #start(request: http.IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
		this.#note(request);
		const id = (request.url ?? '').split('/').at(-2) ?? '';
		const exec = this.execs.get(id);
		if (!exec) {
			socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
			return;
		}
		const length = Number(request.headers['content-length'] ?? 0);
		// From Node 26 on the body is the request's; before, it is the first bytes of the connection.
		let body = Buffer.concat([await readBody(request), head]);
		const incoming = socket.iterator({ destroyOnReturn: false });
		while (body.length < length) {
			const next = (await incoming.next()) as IteratorResult<Buffer>;
			if (next.done) return;
			body = Buffer.concat([body, next.value]);
		}
		socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
		this.bodies.push(JSON.parse(body.subarray(0, length).toString()));
		exec.running = true;
		const process = processOn(exec, socket, body.subarray(length), incoming);
		const command = this.commands[exec.options.Cmd[0] ?? ''] ?? missing;
		exec.exitCode = await command(process).catch(() => 137);
		exec.running = false;
		socket.end();
	}

	#note(request: http.IncomingMessage): void {
		this.asked.push(`${request.method} ${request.url}`);
		this.traceparents.push(request.headersDistinct['traceparent']?.[0]);
	}
}

const missing: FakeCommand = async ({ cmd, stdout }) => {
	stdout(
		`OCI runtime exec failed: exec failed: unable to start container process: exec: "${cmd[0]}": executable file not found in $PATH: unknown\r\n`
	);
	return 126;
};

function processOn(
	exec: FakeExec,
	socket: Duplex,
	rest: Buffer,
	incoming: AsyncIterable<unknown>
): FakeProcess {
	const tty = exec.options.Tty;
	const write = (stream: 1 | 2) => (text: string) => {
		const bytes = Buffer.from(text);
		if (!tty) socket.write(encodeFrameHeader(stream, bytes.length));
		socket.write(bytes);
	};
	return {
		cmd: exec.options.Cmd,
		tty,
		socket,
		stdout: write(1),
		stderr: write(2),
		async stdin(each) {
			if (rest.length > 0) await each(rest);
			for await (const chunk of incoming) await each(chunk as Buffer);
		},
		sizes: exec.sizes
	};
}

function inspection(container: FakeContainer) {
	const running = container.Status.startsWith('Up');
	const ended = container.Status.startsWith('Exited');
	return {
		Id: container.Id,
		Name: container.Name,
		Created: '2020-01-25T18:47:52.123456789Z',
		Image: 'sha256:1',
		State: {
			Running: running,
			ExitCode: 0,
			StartedAt: running || ended ? '2020-01-25T18:47:53Z' : '0001-01-01T00:00:00Z',
			FinishedAt: ended ? '2020-01-25T18:48:00Z' : '0001-01-01T00:00:00Z'
		},
		Config: { Image: container.Image, Labels: container.Labels },
		HostConfig: { NetworkMode: 'default' },
		NetworkSettings: { IPAddress: '10.0.0.9' }
	};
}

async function readBody(request: http.IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}
