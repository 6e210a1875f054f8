import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
	acceptExec,
	finishExec,
	kubectl,
	nginx,
	startFakeApiserver,
	status,
	success,
	TestClock,
	type FakeApiserver
} from './fake-apiserver.ts';

let fake: FakeApiserver;
let clock: TestClock;
const nginxPath = '/api/v1/namespaces/default/pods/nginx';

beforeEach(async () => {
	fake = await startFakeApiserver();
	clock = new TestClock();
	fake.script[`GET ${nginxPath}`] = () => {
		clock.ms += 7.25;
		return { json: nginx };
	};
	fake.exec = (seen, socket) => {
		clock.ms += 14;
		acceptExec(seen, socket, (exec) => finishExec(exec, success));
	};
});
afterEach(() => fake.close());

const run = (line: string) => kubectl(fake, line, { clock });
const terminal = { size: () => ({ cols: 80, rows: 24 }), onResize: () => () => {}, raw: () => {} };

describe('kubectl -v', () => {
	it('at 7 shows each request with its headers, and the status with its time, byte for byte', async () => {
		const { stderr } = await kubectl(fake, 'kubectl -v=7 exec -it nginx -- /bin/bash', {
			clock,
			terminal
		});
		const at = `https://127.0.0.1:${fake.port}${nginxPath}`;
		expect(stderr.split('\n')).toEqual([
			'I0125 10:51:55.434000   28053 loader.go:359] Config loaded from file:  /home/me/.kube/config',
			`I0125 10:51:55.434000   28053 round_trippers.go:416] GET ${at}`,
			'I0125 10:51:55.434000   28053 round_trippers.go:423] Request Headers:',
			'I0125 10:51:55.434000   28053 round_trippers.go:426]     Accept: application/json, */*',
			'I0125 10:51:55.434000   28053 round_trippers.go:426]     User-Agent: kubectl/v1.15.0 (linux/amd64) kubernetes/e8462b5',
			'I0125 10:51:55.441250   28053 round_trippers.go:441] Response Status: 200 OK in 7 milliseconds',
			`I0125 10:51:55.441250   28053 round_trippers.go:416] POST ${at}/exec?command=%2Fbin%2Fbash&container=nginx&stdin=true&stdout=true&tty=true`,
			'I0125 10:51:55.441250   28053 round_trippers.go:423] Request Headers:',
			'I0125 10:51:55.441250   28053 round_trippers.go:426]     X-Stream-Protocol-Version: v4.channel.k8s.io',
			'I0125 10:51:55.441250   28053 round_trippers.go:426]     X-Stream-Protocol-Version: v3.channel.k8s.io',
			'I0125 10:51:55.441250   28053 round_trippers.go:426]     X-Stream-Protocol-Version: v2.channel.k8s.io',
			'I0125 10:51:55.441250   28053 round_trippers.go:426]     X-Stream-Protocol-Version: channel.k8s.io',
			'I0125 10:51:55.441250   28053 round_trippers.go:426]     User-Agent: kubectl/v1.15.0 (linux/amd64) kubernetes/e8462b5',
			'I0125 10:51:55.455250   28053 round_trippers.go:441] Response Status: 101 Switching Protocols in 14 milliseconds',
			''
		]);
	});

	it('at 6 shows one line a request', async () => {
		const { stderr } = await run('kubectl exec nginx -v 6 -- date');
		expect(stderr.split('\n').slice(1, 3)).toEqual([
			`I0125 10:51:55.441250   28053 round_trippers.go:438] GET https://127.0.0.1:${fake.port}${nginxPath} 200 OK in 7 milliseconds`,
			`I0125 10:51:55.455250   28053 round_trippers.go:438] POST https://127.0.0.1:${fake.port}${nginxPath}/exec?command=date&container=nginx&stderr=true&stdout=true 101 Switching Protocols in 14 milliseconds`
		]);
	});

	it('at 8 adds response headers and bodies, cut at 1024 characters', async () => {
		const long = { json: { ...nginx, note: 'x'.repeat(2000) } };
		fake.script[`GET ${nginxPath}`] = long;
		const lines = (await run('kubectl --v=8 exec nginx -- date')).stderr.split('\n');
		const body = lines.find((line) => line.includes('Response Body'))!;
		expect(body).toMatch(
			/ request\.go:947\] Response Body: \{"kind":"Pod".* \[truncated \d+ chars\]$/
		);
		expect(body.length).toBeLessThan(1200);
		expect(lines).toContainEqual(
			expect.stringMatching(/round_trippers\.go:447\] {5}Content-Type: application\/json$/)
		);
		expect(lines).toContainEqual(
			expect.stringMatching(/round_trippers\.go:444\] Response Headers:$/)
		);
	});

	it('at 9 shows curl lines', async () => {
		const { stderr } = await run('kubectl -v9 exec nginx -- date');
		expect(stderr).toContain(
			`round_trippers.go:419] curl -k -v -XGET  -H "Accept: application/json, */*" -H "User-Agent: kubectl/v1.15.0 (linux/amd64) kubernetes/e8462b5" 'https://127.0.0.1:${fake.port}${nginxPath}'\n`
		);
		expect(stderr).toContain(
			`GET https://127.0.0.1:${fake.port}${nginxPath} 200 OK in 7 milliseconds`
		);
	});

	it('never shows a token, at any level', async () => {
		fake.script['GET /api/v1/namespaces/team/pods/nginx'] = { json: nginx };
		for (const level of [6, 7, 8, 9, 10]) {
			const { stderr } = await run(`kubectl --context dev -v=${level} exec nginx -- date`);
			expect(stderr).not.toContain('secret-token');
			if (level >= 7) expect(stderr).toContain('Authorization: Bearer ************');
		}
		expect(fake.seen[0]!.rawHeaders).toContain('Bearer secret-token');
	});

	it('at 2 or more ends a failure with an F line and 255, at 4 with what the server said', async () => {
		fake.script[`GET ${nginxPath}`] = status(404, 'NotFound', 'pods "nginx" not found');
		const two = await run('kubectl -v=2 exec nginx -- date');
		expect(two).toEqual({
			code: 255,
			stdout: '',
			stderr:
				'F0125 10:51:55.434000   28053 helpers.go:114] Error from server (NotFound): pods "nginx" not found\n'
		});
		const four = await run('kubectl -v=4 exec nginx -- date');
		expect(four.stderr).toContain(
			'helpers.go:199] server response object: [{\n  "kind": "Status",\n'
		);
	});
});
