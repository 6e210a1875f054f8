import { createHash } from 'node:crypto';
import http from 'node:http';
import net from 'node:net';
import { runsSince, startKubectl, until } from '../../support/type-kubectl.ts';
import { line, since, wants, type Cell, type Cells, type Typist } from '../cell.ts';

const of = 'portforward';
/** What kubectl says when it listens; on ::1 only where the machine has that. */
const listens = (port: number) =>
	`Forwarding from 127\\.0\\.0\\.1:\\d+ -> ${port}\n(Forwarding from \\[::1\\]:\\d+ -> ${port}\n)?`;
const handling = 'Handling connection for \\d+\n';
const said = (...parts: string[]) => new RegExp(`^${parts.join('')}$`);
const page = /<h1>This is not nginx<\/h1>/;
const refused = (port: number) =>
	`error forwarding port ${port} to pod [0-9a-f]{64}, uid : exit status 1: [\\d/]+ [\\d:]+ socat\\[\\d+\\] E connect\\(5, AF=2 127\\.0\\.0\\.1:${port}, 16\\): Connection refused\n`;

export const portForward: Cells = {
	'GET /': forwarded(['nginx', ':80'], async ([port]) => fetched(port!), {
		quick: true,
		out: said(listens(80), handling, 'fetched the page')
	}),
	'a port that is given': forwarded(['nginx', '{free}:80'], async ([port]) => fetched(port!), {
		out: said(listens(80), handling, 'fetched the page')
	}),
	'pod/NAME, one after the other': forwarded(
		['pod/nginx', ':80'],
		async ([port]) => {
			await fetched(port!);
			return fetched(port!);
		},
		{ out: said(listens(80), handling, handling, 'fetched the page') }
	),
	'20 at once': forwarded(
		['nginx', ':80'],
		async ([port]) => {
			const all = await Promise.all(Array.from({ length: 20 }, () => fetched(port!)));
			return String(new Set(all).size === 1 && all[0]);
		},
		{ out: said(listens(80), `(${handling}){20}`, 'fetched the page') }
	),
	// The sidecar's pod is the app's: there is one network.
	'a pod of two containers': forwarded(['web', ':80'], async ([port]) => fetched(port!), {
		out: said(listens(80), handling, 'fetched the page')
	}),
	'50 MB': downloads(50 * 1024 * 1024),
	'two ports, one refused': forwarded(
		['nginx', ':80', ':81'],
		async ([open, closed]) => {
			const page = await fetched(open!);
			return `${page}, then ${await fetched(closed!)}`;
		},
		{
			ends: true,
			code: { '1.20': 0, '1.27': 1 },
			out: said(
				listens(80),
				listens(81),
				`(${handling}){2}`,
				'fetched the page, then nothing came'
			),
			err: new RegExp(refused(81))
		}
	),
	'a port that is taken': {
		async run({ type }) {
			const taken = net.createServer().listen(0, '127.0.0.1');
			await new Promise((resolve) => taken.once('listening', resolve));
			const { port } = taken.address() as net.AddressInfo;
			const seen = await type(['port-forward', '--address=127.0.0.1', 'nginx', `${port}:80`]);
			taken.close();
			return { ...seen, err: seen.err.replaceAll(String(port), 'PORT') };
		},
		want: wants({
			...{ streams: true, of, code: 1 },
			err: /Unable to listen on port PORT: Listeners failed to create with the following errors: .*address already in use.*\nerror: unable to listen on any of the requested ports: \[\{PORT 80\}\]\n$/s
		})
	},
	'pod not found': line('port-forward nosuch :80', {
		code: 1,
		err: 'Error from server (NotFound): pods "nosuch" not found\n'
	}),
	'pod is finished': line('port-forward finished :80', {
		code: 1,
		err: 'error: unable to forward port because pod is not running. Current status=Succeeded\n'
	}),
	'pod without a node': line('port-forward unscheduled :80', {
		code: 1,
		err: 'error: unable to forward port because pod is not running. Current status=Pending\n'
	}),
	'no port': line('port-forward nginx', {
		runs: 0,
		code: 1,
		err: /^error: TYPE\/NAME and list of ports are required for port-forward\n/
	}),
	'not allowed': line('--context dev port-forward nginx :80', {
		...{ streams: true, of, code: 1 },
		err: forbidden()
	})
};

function forbidden() {
	const begin = 'error: error upgrading connection: ';
	const message =
		'pods "nginx" is forbidden: User "dev" cannot create resource "pods/portforward" in API group "" in the namespace "default"\n';
	return {
		'1.20': `${begin}${message}`,
		'1.36': `${begin}unable to upgrade connection: ${message}`
	};
}

type Wanted = Omit<Parameters<typeof wants>[0], 'streams' | 'of'> & {
	/** kubectl ends by itself when a port was refused; the oldest go on. */
	ends?: boolean;
};

/** kubectl listens, somebody uses its ports, then Ctrl-C; what the user saw is printed last. */
function forwarded(
	args: string[],
	use: (ports: number[]) => Promise<string>,
	wanted: Wanted
): Cell {
	return {
		quick: wanted.quick,
		run: (typist) => whileForwarding(typist, args, use, wanted.ends),
		want: wants({ ...wanted, streams: true, of })
	};
}

async function whileForwarding(
	{ lab, version }: Typist,
	args: string[],
	use: (ports: number[]) => Promise<string>,
	ends = false
) {
	const before = new Set(lab.cluster.tracer.runs);
	const words = await Promise.all(args.map(withFreePort));
	const kubectl = await startKubectl(lab, version, ['port-forward', ...words]);
	const asked = words.filter((word) => word.includes(':')).length;
	const ports = () =>
		[...kubectl.printed().matchAll(/^Forwarding from 127\.0\.0\.1:(\d+)/gm)].map(([, port]) =>
			Number(port)
		);
	await until(
		() => ports().length === asked,
		() => `kubectl listens: ${kubectl.printed()}`
	);
	const used = await use(ports());
	if (!ends || !since('1.23', version)) kubectl.interrupt();
	const { code, out, err } = await kubectl.ended;
	const runs = runsSince(before, lab, version);
	await until(() => runs.every((run) => !run.open), 'the run ends');
	return { code, out: `${out.toString()}${used}`, err, runs: runs.map(({ id }) => id) };
}

async function withFreePort(word: string): Promise<string> {
	if (!word.includes('{free}')) return word;
	const server = net.createServer().listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
	const { port } = server.address() as net.AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return word.replace('{free}', String(port));
}

async function fetched(port: number): Promise<string> {
	try {
		const body = await get(port);
		return page.test(body.toString()) ? 'fetched the page' : `${body.length} other bytes`;
	} catch {
		return 'nothing came';
	}
}

function get(port: number): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		const request = http.get({ host: '127.0.0.1', port, agent: false }, (response) => {
			const parts: Buffer[] = [];
			response.on('data', (part: Buffer) => parts.push(part));
			response.on('end', () => resolve(Buffer.concat(parts)));
			response.on('error', reject);
		});
		request.on('error', reject);
	});
}

/** A server in the pod that sends so many bytes of a pattern to whoever connects. */
function downloads(bytes: number): Cell {
	const block = Buffer.from('0123456789abcdef'.repeat(4096));
	const server = `use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $ARGV[0], Listen => 1, ReuseAddr => 1) or die; my $c = $s->accept; my $b = "0123456789abcdef" x 4096; for (1 .. ${bytes / block.length}) { print $c $b }`;
	const hash = createHash('sha256');
	for (let sent = 0; sent < bytes; sent += block.length) hash.update(block);
	const whole = hash.digest('hex');
	return {
		async run(typist) {
			// A cell may be tried by several kubectls at once, each in the same pod.
			const port =
				20_000 + Number(typist.version.split('.')[1]) * 100 + Math.trunc(Math.random() * 100);
			const script = `setsid perl -e '${server}' ${port} >/dev/null 2>&1 & until grep -q ":$(printf %04X ${port}) " /proc/net/tcp; do sleep 0.05; done`;
			const { runs } = await typist.type(['exec', 'nginx', '--', 'sh', '-c', script]);
			const seen = await whileForwarding(typist, ['nginx', `:${port}`], async ([at]) => {
				const got = createHash('sha256');
				let length = 0;
				for await (const chunk of net.connect(at!, '127.0.0.1')) {
					got.update(chunk as Buffer);
					length += (chunk as Buffer).length;
				}
				return got.digest('hex') === whole ? 'all of it' : `${length} bytes`;
			});
			return { ...seen, out: seen.out.split('\n').at(-1)!, runs: [...runs, ...seen.runs] };
		},
		want: wants({ streams: true, of, runs: 2, out: 'all of it' })
	};
}
