import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { eras, isBuiltEra, type EraId } from '../trace/eras.ts';
import { steps } from '../trace/steps.ts';
import { startApiserver } from './apiserver/server.ts';
import { Audit } from './audit.ts';
import { startDockershim } from './dockershim/docker-service.ts';
import { probeEngine } from './engine/probe-engine.ts';
import { startEngine } from './engine/engine.ts';
import { sweepEngine } from './engine/sweep-engine.ts';
import {
	runEmbeddedKubectl,
	type EmbeddedKubectl,
	type KubectlIo
} from './cluster/embedded-kubectl.ts';
import { answerPrompt } from './cluster/answer-prompt.ts';
import { Feed, type FeedSocket } from './feed.ts';
import { clusterDoor, forwardedDoor, mayRead } from './guard.ts';
import { listHolds, requestHold } from './hold-requests.ts';
import { openHome, type Home } from './home.ts';
import { buildKubeconfig, writeKubeconfig, type Kubeconfig } from './kubeconfig.ts';
import { startKubelet } from './kubelet/server.ts';
import { pruneRuns } from './library.ts';
import { defaultLimits, systemClock, type Clock, type Limits } from './limits.ts';
import { openPki, type KeyPair, type Pki } from './pki.ts';
import { Tracer } from './tracer.ts';
import { formatAddress, type Address } from './transport/address.ts';
import { MessageDecoder } from './transport/message-decoder.ts';
import { startRelay } from './transport/relay.ts';
import { namespaces, nodeNames, seedWorld } from './world.ts';

const ourPrograms = { startEngine, startApiserver, startDockershim, startKubelet };

/** How each program is started. */
export type Programs = typeof ourPrograms;

export interface ClusterOptions {
	home: string;
	/** Wanted port of the API server; 0: any. */
	apiserverPort: number;
	/** The wanted port and no other: taken is an error. */
	apiserverPortExplicit: boolean;
	/** Of the first run. */
	era: EraId;
	/** Hold every run at this step. */
	hold?: string | undefined;
	/** Name and version of the writer of recordings. */
	by: string;
	limits?: Limits;
	clock?: Clock;
	/** Is given a line for the start and the end of every exec, for the console. */
	audit?: (line: string) => void;
	/** Kubelets without their debugging handlers, to see what exec needs. */
	debuggingHandlers?: boolean;
	/** Programs started in another way than ours, for example with something between them and who speaks to them. */
	programs?: Partial<Programs>;
}

export interface ClusterNode {
	name: string;
	kubelet: string;
	cri: string;
	docker: string;
	streaming: string;
}

export interface Cluster {
	/** Why there is no engine, in a sentence with the remedy; the page still plays recordings. */
	engine: { name: string; ok: boolean; reason?: string };
	kubeconfigPath: string;
	kubeconfig: Kubeconfig | undefined;
	apiserver: string | undefined;
	/** As they are in the era of the next run. */
	readonly nodes: ClusterNode[];
	/** The era of the next run. */
	readonly era: EraId;
	recordings: string;
	tracer: Tracer;
	pki: Pki;
	/**
	 * The next run meets this era; open ones keep theirs. Resolves when the nodes say their new version, drivers know
	 * and cluster.json, if it was written, tells it.
	 */
	setEra(era: EraId): Promise<void>;
	/** The page's address is known and printed: writes cluster.json and ends the boot run. */
	ready(url: string): Promise<void>;
	/** Serves one page over its WebSocket; `who` names the signed-in browser that it is in. */
	live(socket: FeedSocket, role: string, who: string): Promise<void>;
	/** Runs one embedded kubectl. */
	kubectl(argv: string[], io: KubectlIo): EmbeddedKubectl;
	close(): Promise<void>;
}

type ApiserverWorld = Parameters<typeof startApiserver>[0]['world'];
type Closing = () => Promise<void> | void;

/** Thrown for an option that names nothing: the message lists what there is. */
export class UnknownStep extends Error {
	constructor(step: string) {
		super(
			`unknown step ${JSON.stringify(step)} for --hold. Steps: ${Object.keys(steps).join(' ')}`
		);
		this.name = 'UnknownStep';
	}
}

/**
 * Starts everything, in the order in which each needs the one before: home, keys, trace, engines with their
 * containers, API server, shims, kubelets. The only file that knows all programs; they know only addresses.
 * Throws HomeInUse, UnknownStep, or what the system said (port taken, folder not writable); nothing stays half-started.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
	if (options.hold !== undefined && !(options.hold.split(':')[0]! in steps))
		throw new UnknownStep(options.hold);
	const closing: Closing[] = [];
	const close = async () => {
		for (const step of closing.splice(0).reverse()) await step();
	};
	try {
		return await start(options, closing, close);
	} catch (error) {
		await close();
		throw error;
	}
}

async function start(
	options: ClusterOptions,
	closing: Closing[],
	close: () => Promise<void>
): Promise<Cluster> {
	const limits = options.limits ?? defaultLimits;
	const clock = options.clock ?? systemClock;
	const home = await openHome(options.home);
	closing.push(() => home.close());
	if (home.stale) await sweep(home.stale);
	const [probe, pki] = await Promise.all([probeEngine(), openPki(join(home.dir, 'pki'))]);
	const engine = {
		name: 'embedded',
		ok: probe.ok,
		...(probe.ok ? {} : { reason: probe.reason })
	};
	const programs = { ...ourPrograms, ...options.programs };
	const live: { feed?: Feed } = {};
	let { era } = options;
	const audit = new Audit(options.audit ?? (() => {}), () => new Date());
	closing.push(() => audit.close());
	const tracer = new Tracer({
		recordings: home.recordings,
		engine: engine.name,
		by: options.by,
		era: () => era,
		limits,
		clock,
		decoder: () => new MessageDecoder(),
		written: (run, line) => live.feed?.written(run, line),
		changed: (run) => {
			live.feed?.changed(run);
			if (run.open) return;
			audit.over(run);
			void pruneRuns(home.recordings, openIds(tracer));
		},
		heard: (...what) => audit.heard(...what)
	});
	closing.push(() => tracer.close());
	if (options.hold !== undefined) tracer.holds.add({ run: '*', s: options.hold, by: 'start' });
	const world = engine.ok
		? await startPrograms({
				options,
				programs,
				era: () => era,
				limits,
				clock,
				home,
				pki,
				tracer,
				closing
			})
		: undefined;
	const kubeconfigPath = join(home.dir, 'kubeconfig');
	const kubectl = (argv: string[], io: KubectlIo) => {
		if (!world) throw new Error(engine.reason);
		const { kubeconfig } = world;
		return runEmbeddedKubectl({ argv, io, kubeconfig, kubeconfigPath, tracer, limits, clock });
	};
	const feed = new Feed({
		recordings: home.recordings,
		running: () => tracer.runs.filter((run) => run.open),
		mayRead: (role, owner) => mayRead(role === 'driver' ? 'driver' : 'none', owner),
		welcome: () => ({
			engine,
			era,
			kubeconfig: `export KUBECONFIG=${kubeconfigPath}`
		}),
		prompt: (line) => answerPrompt(line, engine, kubectl),
		hold: (request, by) => requestHold(tracer, request, by),
		era: (name) => {
			if (isBuiltEra(name)) void setEra(name).catch(() => {});
		},
		held: () => listHolds(tracer),
		drivers: (count) => tracer.holds.drivers(count),
		limits,
		clock
	});
	live.feed = feed;
	closing.push(() => feed.close());
	tracer.holds.changed = () => feed.holdsChanged();
	const nodes = () => (world?.nodes ?? []).map((node) => node.in(era));
	let url: string | undefined;
	let told = Promise.resolve();
	/** One after the other: each tells what is so by then, and the last one is right. */
	const tell = () => {
		told = told
			.catch(() => {})
			.then(async () => {
				if (url !== undefined) await describe(url);
				await Promise.all((world?.nodes ?? []).map((node) => node.refresh()));
			});
		return told;
	};
	const describe = (url: string) =>
		home.write(
			'cluster.json',
			`${JSON.stringify({
				url,
				apiserver: world?.apiserver ?? null,
				era,
				engine: engine.ok ? engine.name : null,
				recordings: home.recordings,
				nodes: nodes()
			})}\n`
		);
	closing.push(() => told.catch(() => {}));
	const setEra = async (next: EraId) => {
		if (next === era) return;
		era = next;
		feed.eraChanged(era);
		await tell();
	};
	return {
		engine,
		kubeconfigPath,
		kubeconfig: world?.kubeconfig,
		apiserver: world?.apiserver,
		get nodes() {
			return nodes();
		},
		get era() {
			return era;
		},
		recordings: home.recordings,
		tracer,
		pki,
		setEra,
		async ready(at) {
			await home.announce(at);
			url = at;
			await describe(at);
			tracer.boot.end(true);
		},
		live: (socket, role, who) => feed.connect(socket, role, who),
		kubectl,
		close
	};
}

/** Ends what a process that was killed left running, and removes its sockets. */
async function sweep(run: string): Promise<void> {
	for (const node of nodeNames) sweepEngine(join(run, node));
	await rm(run, { recursive: true, force: true });
}

interface Parts {
	options: ClusterOptions;
	programs: Programs;
	/** Of the next run. */
	era(): EraId;
	limits: Limits;
	clock: Clock;
	home: Home;
	pki: Pki;
	tracer: Tracer;
	closing: Closing[];
}

async function startPrograms(parts: Parts) {
	const { options, limits, clock, home, pki, tracer, closing } = parts;
	const docker = new Map(
		await Promise.all(
			nodeNames.map(async (node) => [node, await startNodeEngine(node, parts)] as const)
		)
	);
	const worldNodes = [...docker].map(
		([node, address]) => [node, { docker: address, podLogs: join(home.run, node, 'pods') }] as const
	);
	const pods = await seedWorld(new Map(worldNodes), tracer.boot);
	const tokens = { dev: secret(), nobody: secret() };
	const local = { ips: ['127.0.0.1', '::1'], dns: ['localhost'] };
	const kubeletClient = await pki.issue({
		cn: 'kube-apiserver-kubelet-client',
		o: 'system:masters',
		usage: 'client'
	});
	await pki.publish('apiserver-kubelet-client', kubeletClient);
	const serving = await pki.issue({ cn: 'kube-apiserver', ...local, usage: 'server' });
	const apiserver = await firstFreePort(options, (port) =>
		parts.programs.startApiserver({
			address: { kind: 'tcp', host: '127.0.0.1', port },
			tls: { ...serving, ca: pki.ca.cert },
			kubeletClient: { ca: pki.ca.cert, ...kubeletClient },
			tokens: [
				{ token: tokens.dev, user: 'dev', groups: [] },
				{ token: tokens.nobody, user: 'nobody', groups: [] }
			],
			// world.ts may not know the programs, so it makes plain objects; the API server validates them.
			world: { namespaces, pods: pods as ApiserverWorld['pods'] },
			door: clusterDoor,
			trace: tracer,
			limits,
			clock
		})
	);
	closing.push(() => apiserver.close());
	const nodes = await Promise.all(
		nodeNames.map((node) => startNode(node, parts, docker.get(node)!, apiserver.address, local))
	);
	const admin = await pki.issue({ cn: 'admin', o: 'system:masters', usage: 'client' });
	const url = `https://${formatAddress(apiserver.address)}`;
	const kubeconfig = buildKubeconfig({ server: url, ca: pki.ca.cert, admin, tokens });
	await writeKubeconfig(join(home.dir, 'kubeconfig'), kubeconfig);
	return { kubeconfig, apiserver: url, nodes };
}

/** The engine of one node on its inner socket, with the relay before it that everybody dials. */
async function startNodeEngine(node: string, parts: Parts): Promise<Address> {
	const { home, tracer, limits, clock, closing } = parts;
	const dir = join(home.run, node);
	await mkdir(dir, { mode: 0o700 });
	const inner: Address = { kind: 'unix', path: join(dir, 'engine.sock') };
	const published: Address = { kind: 'unix', path: join(dir, 'docker.sock') };
	const engine = await parts.programs.startEngine({
		node,
		address: inner,
		dir,
		trace: tracer,
		limits,
		clock
	});
	closing.push(() => engine.close());
	const relay = await startRelay({
		published,
		target: inner,
		open: () => tracer.connection({ from: 'dockershim', to: 'engine', over: 'unix', node })
	});
	closing.push(() => relay.close());
	return published;
}

/** A node of the cluster, whose addresses depend on the era. */
interface StartedNode {
	in(era: EraId): ClusterNode;
	/** Tells the API server the version of the era. */
	refresh(): Promise<void>;
}

/** Shim and kubelet of one node. */
async function startNode(
	node: string,
	parts: Parts,
	docker: Address,
	apiserver: Address,
	local: { ips: string[]; dns: string[] }
): Promise<StartedNode> {
	const { home, pki, tracer, limits, clock, closing } = parts;
	const dir = join(home.run, node);
	const cri: Address = { kind: 'unix', path: join(dir, 'dockershim.sock') };
	const shim = await parts.programs.startDockershim({
		node,
		cri: { kind: 'unix', path: join(dir, 'shim.sock') },
		docker,
		streaming: { kind: 'tcp', host: '127.0.0.1', port: 0 },
		baseUrl: '/cri/',
		door: forwardedDoor,
		trace: tracer,
		limits,
		clock
	});
	closing.push(() => shim.close());
	const relay = await startRelay({
		published: cri,
		target: shim.cri,
		open: () => tracer.connection({ from: 'kubelet', to: 'dockershim', over: 'unix', node })
	});
	closing.push(() => relay.close());
	const serving = await pki.issue({ cn: node, ...local, usage: 'server' });
	const client: KeyPair = await pki.issue({
		cn: `system:node:${node}`,
		o: 'system:nodes',
		usage: 'client'
	});
	const kubelet = await parts.programs.startKubelet({
		node,
		address: { kind: 'tcp', host: '127.0.0.1', port: 0 },
		dir,
		tls: { ...serving, ca: pki.ca.cert },
		cri,
		criHandler: shim.streaming,
		apiserver: { address: apiserver, ca: pki.ca.cert, ...client },
		clients: ['kube-apiserver-kubelet-client'],
		debuggingHandlers: parts.options.debuggingHandlers ?? true,
		era: parts.era,
		door: clusterDoor,
		trace: tracer,
		limits,
		clock
	});
	closing.push(() => kubelet.close());
	const base = `https://${formatAddress(kubelet.address)}`;
	const streaming = {
		redirect: `${base}/cri/`,
		proxy: `http://${formatAddress(shim.streaming)}/`
	};
	return {
		in: (era) => ({
			name: node,
			kubelet: base,
			cri: formatAddress(cri),
			docker: formatAddress(docker),
			streaming: streaming[eras[era].stream]
		}),
		refresh: () => kubelet.refresh()
	};
}

/** The wanted port, or the next free one unless it was asked for by name. */
async function firstFreePort<T>(
	options: ClusterOptions,
	listen: (port: number) => Promise<T>
): Promise<T> {
	const { apiserverPort, apiserverPortExplicit } = options;
	for (let port = apiserverPort; ; port++) {
		try {
			return await listen(port);
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException;
			if (code !== 'EADDRINUSE') throw error;
			if (!apiserverPortExplicit && port < apiserverPort + 100) continue;
			throw new Error(
				`port ${port} is taken: choose another with --apiserver-port, or 0 for any free one`,
				{ cause: error }
			);
		}
	}
}

const secret = () => randomBytes(24).toString('base64url');

function openIds(tracer: Tracer): Set<string> {
	return new Set(tracer.runs.filter((run) => run.open).map((run) => run.id));
}
