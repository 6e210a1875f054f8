import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	acceptExec,
	exited,
	finishExec,
	pod,
	startFakeApiserver,
	success,
	warmDiscovery,
	type FakeApiserver
} from '../server/kubectl/fake-apiserver.ts';
import { normaliseLine } from './normalise.ts';
import { replay } from './replay.ts';
import { transcripts } from './transcripts.ts';

/** The comparison itself, against a server that answers as the article's did. */
describe('the comparison with the articles', () => {
	it.each([
		[
			'I0125 10:51:55.434043   28053 loader.go:359] Config loaded from file:  /a b/c',
			'I<time> <pid> loader.go:359] Config loaded from file:  <path>'
		],
		[
			'I0125 10:51:55.434043   28053 round_trippers.go:441] Response Status: 200 OK in 7 milliseconds',
			'I<time> <pid> round_trippers.go:441] Response Status: 200 OK in <n> milliseconds'
		],
		['nginx   1/1     Running   0          3d12h', 'nginx   1/1     Running   0          <age>'],
		['Sat Jan 25 18:47:52 UTC 2020', '<date>'],
		['Sat Jan  5 18:47:52 UTC 2020', '<date>'],
		['\u001b[?2004hroot@nginx:/# ', 'root@nginx:/#']
	])('%s', (line, expected) => {
		expect(normaliseLine(line, false)).toBe(expected);
	});

	it('overlooks source lines and User-Agent of another version', () => {
		expect(
			normaliseLine(
				'I0818 20:15:57.054810   11518 round_trippers.go:431]     User-Agent: kubectl/v1.16.3 (x) y',
				true
			)
		).toBe('I<time> <pid> <source>]     User-Agent: <agent>');
	});

	it('does not hide another column width, header or status', () => {
		const same = (a: string, b: string) => normaliseLine(a, false) === normaliseLine(b, false);
		expect(same('nginx   1/1   Running   0   6s', 'nginx   1/1     Running   0   6s')).toBe(false);
		expect(
			same('I0125 10:51:55.434043   28053 x.go:1] a', 'I0125 10:51:55.434043   28053 x.go:2] a')
		).toBe(false);
		expect(same('GET https://a:1/b in 1 milliseconds', 'GET https://c/b in 22 milliseconds')).toBe(
			true
		);
	});

	let fake: FakeApiserver;
	const names = { 'seed-1': 'nginx', 'seed-2': 'prometheus-operator-6f6b75f46f-h4gl4' };

	beforeAll(async () => {
		fake = await startFakeApiserver();
		fake.kubeconfig.contexts.push(
			...Object.keys(names).map((name) => ({
				name,
				context: { cluster: 'c', user: 'admin', namespace: name }
			}))
		);
		fake.script['GET /version'] = { json: { gitVersion: 'v1.15.3' } };
		for (const [namespace, name] of Object.entries(names)) {
			const container = name.replace(/-6f.*/, '');
			const json = pod(name, [container]);
			json.metadata.namespace = namespace;
			const table = {
				kind: 'Table',
				columnDefinitions: ['Name', 'Ready', 'Status', 'Restarts', 'Age'].map((each) => ({
					name: each
				})),
				rows: [{ cells: [name, '1/1', 'Running', 0, '20d'] }]
			};
			const path = `/api/v1/namespaces/${namespace}/pods`;
			fake.script[`GET ${path}/${name}`] = { json };
			fake.script[`GET ${path}`] = { json: table };
			fake.script[`POST ${path}`] = { status: 201, json };
		}
		fake.exec = (seen, socket) =>
			acceptExec(seen, socket, async (exec) => {
				const say = (text: string) => exec.streams.stdout!.write(Buffer.from(text));
				const command = new URL(seen.url, 'https://x').searchParams.get('command');
				if (command === 'date') await say('Sat Jan 25 18:47:52 UTC 2020\n');
				if (command === 'ls') {
					await say('bin\ndev\netc\nhome\nlib\nlib64\nproc\nroot\nsys\ntmp\nusr\nvar\n');
				}
				if (command === 'ping') {
					await exec.streams.stderr!.write(
						Buffer.from('ping: baidu.com: Temporary failure in name resolution\n')
					);
					return finishExec(exec, exited(2));
				}
				if (command === '/bin/bash') {
					await say('\u001b[?2004hroot@nginx:/# ');
					for await (const { data } of exec.streams.stdin!) {
						await say(`${Buffer.from(data).toString().trim()}\r\nexit\r\n`);
						break;
					}
				}
				await finishExec(exec, success);
			});
	});
	afterAll(() => fake.close());

	for (const transcript of transcripts) {
		for (const typed of transcript.typed) {
			it(`${transcript.context}: ${typed.line}`, async () => {
				const atMs = Date.now();
				const discovery = warmDiscovery(fake);
				for (const entry of discovery.values()) entry.atMs = atMs;
				const cluster = { kubeconfig: fake.kubeconfig, kubeconfigPath: '/k', discovery };
				await replay(transcript, typed, cluster);
			});
		}
	}
});
