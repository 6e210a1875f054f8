import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApiserver } from '../../src/lib/server/apiserver/server.ts';
import type { Programs } from '../../src/lib/server/cluster.ts';
import { startDockershim } from '../../src/lib/server/dockershim/docker-service.ts';
import { startKubelet } from '../../src/lib/server/kubelet/server.ts';
import { openPki, type Pki } from '../../src/lib/server/pki.ts';
import type { Address } from '../../src/lib/server/transport/address.ts';
import type { CheckedLine } from '../support/check-recording.ts';
import { startLab, type Lab } from '../support/lab.ts';
import {
	overhear,
	type OverhearingRelay,
	type RelayOptions
} from '../support/overhearing-relay.ts';
import { recordedBytes, type Direction } from '../support/recorded-bytes.ts';
import { goodRecording, runKubectl, until } from '../support/type-kubectl.ts';

const home = mkdtempSync('/tmp/lab-');
const anyPort: Address = { kind: 'tcp', host: '127.0.0.1', port: 0 };

/** Relays by the programs that they stand between, as a recording names them. */
const relays = new Map<string, OverhearingRelay[]>();
async function between(hop: string, options: RelayOptions): Promise<OverhearingRelay> {
	const relay = await overhear(options);
	relays.set(hop, [...(relays.get(hop) ?? []), relay]);
	return relay;
}

let pki: Promise<Pki> | undefined;
const ownPki = () => (pki ??= openPki(path.join(home, 'pki')));

/** Clients name our relay as their host, which the guard at the door would not let in. */
const door = () => undefined;

/** Every program as ever, but for a relay of ours wherever one speaks to another. */
const programs: Partial<Programs> = {
	async startApiserver(options) {
		const real = await startApiserver({ ...options, address: anyPort, door });
		const relay = await between('kubectl apiserver', {
			listen: options.address,
			target: () => real.address,
			pki: await ownPki()
		});
		return { ...real, address: relay.address };
	},
	async startKubelet(options) {
		let own: Address = anyPort;
		const front = await between('apiserver kubelet', {
			listen: anyPort,
			target: () => own,
			pki: await ownPki()
		});
		const cri = await between('kubelet dockershim', {
			listen: { kind: 'unix', path: path.join(home, `${options.node}-cri.sock`) },
			target: () => options.cri
		});
		const streaming = await between('kubelet streaming', {
			listen: anyPort,
			target: () => options.criHandler
		});
		const kubelet = await startKubelet({
			...options,
			door,
			advertise: front.address,
			cri: cri.address,
			criHandler: streaming.address
		});
		own = kubelet.address;
		return { ...kubelet, address: front.address };
	},
	async startDockershim(options) {
		const docker = await between('dockershim engine', {
			listen: { kind: 'unix', path: path.join(home, `${options.node}-docker.sock`) },
			target: () => options.docker
		});
		return startDockershim({ ...options, docker: docker.address });
	}
};

let lab: Lab;
beforeAll(async () => {
	lab = await startLab({ home, programs });
}, 60_000);
afterAll(async () => {
	for (const relay of [...relays.values()].flat()) await relay.close();
	await lab?.close();
});

const hops = [
	'kubectl apiserver',
	'apiserver kubelet',
	'kubelet dockershim',
	'kubelet streaming',
	'dockershim engine'
];
const heardOn = (hop: string) => (relays.get(hop) ?? []).flatMap(({ heard }) => heard);

/** Does something, and returns its recording with what the relays heard meanwhile, by hop. */
async function overheard(act: () => Promise<unknown>) {
	const before = new Set(lab.cluster.tracer.runs);
	const known = new Set(hops.flatMap(heardOn));
	await act();
	const runs = lab.cluster.tracer.runs.filter((run) => !before.has(run));
	await until(() => runs.every((run) => !run.open), 'the run ends');
	expect(runs).toHaveLength(1);
	const heard = new Map(
		hops.map((hop) => [hop, heardOn(hop).filter((connection) => !known.has(connection))])
	);
	return { lines: goodRecording(lab, runs[0]!.id), heard };
}

/** Connections of one hop in a recording, each as two byte strings, in the order in which they were opened. */
function recorded(lines: CheckedLine[], hop: string): { '>': string; '<': string }[] {
	const ids = lines
		.filter((line) => line.k === 'conn' && `${String(line['from'])} ${String(line['to'])}` === hop)
		.map((line) => String(line['c']));
	return ids.map((c) => ({ '>': farewell(latin1(lines, c, '>')), '<': latin1(lines, c, '<') }));
}
const latin1 = (lines: CheckedLine[], c: string, dir: Direction) =>
	recordedBytes(lines, c, dir).toString('latin1');

/** What may not be written down, starred out here by a rule of the test's own. */
const starred = (chunks: Buffer[]) =>
	Buffer.concat(chunks)
		.toString('latin1')
		.replace(/^(Authorization: )(.*)$/gim, (_, name: string, value: string) =>
			name.concat('*'.repeat(value.replace('\r', '').length), value.endsWith('\r') ? '\r' : '')
		);

/**
 * RST_STREAM and GOAWAY with which a client takes leave. They meet a server that has closed before: a relay still hears
 * them, a tap at the server's end may not.
 */
const farewell = (text: string) => text.replace(/(\x80\x03\0[\x03\x07]\0\0\0\x08[^]{8})+$/, '');

const mostHops = hops.map((hop) => [hop, 1] as const);

describe('relays between the programs', () => {
	it.each([
		['our kubectl', () => lab.kubectl('kubectl exec nginx -- date'), mostHops],
		[
			'a shell that is typed into',
			() => lab.kubectl('kubectl exec -i web -c app -- sh', { stdin: 'echo one\nexit 3\n' }),
			mostHops
		],
		['kubectl 1.36', () => runKubectl(lab, '1.36', ['exec', 'nginx', '--', 'date']), mostHops],
		[
			'a bearer token',
			() => lab.kubectl('kubectl --context dev exec nginx -- date'),
			[['kubectl apiserver', 2]] as const
		]
	])('hear of %s what the taps recorded', async (_, act, least) => {
		const { lines, heard } = await overheard(act);
		for (const [hop, count] of least) expect(heard.get(hop)!.length).toBeGreaterThanOrEqual(count);
		for (const hop of hops) {
			const all = heard.get(hop)!.map((connection) => ({
				'>': farewell(starred(connection['>'])),
				'<': starred(connection['<'])
			}));
			// A newer kubectl opens a second connection for discovery, and may then not need it: no run knows of that.
			const ours = all.filter((connection) => connection['>'] + connection['<'] !== '');
			expect(recorded(lines, hop).toSorted(byBytes)).toEqual(ours.toSorted(byBytes));
		}
	});

	it('see a token that the recording hides', async () => {
		const { lines, heard } = await overheard(() => lab.kubectl('kubectl --context dev get po'));
		const token = lab.cluster.kubeconfig!.users.find(({ name }) => name === 'dev')!.user.token!;
		const all = heard.get('kubectl apiserver')!.flatMap((connection) => connection['>']);
		expect(Buffer.concat(all).toString()).toContain(token);
		expect(JSON.stringify(lines)).not.toContain(token);
	});
});

const byBytes = (a: { '>': string; '<': string }, b: { '>': string; '<': string }) =>
	`${a['>']} ${a['<']}` < `${b['>']} ${b['<']}` ? -1 : 1;
