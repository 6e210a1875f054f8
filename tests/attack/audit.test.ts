import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/lib/server/cluster.ts';
import { askDocker } from '../support/docker.ts';
import { startExecscope } from '../support/execscope-process.ts';
import { startLab, type Lab } from '../support/lab.ts';

/** Whoever would use a shell unseen, or write the server's console a line that never was. */
const lines: string[] = [];
let lab: Lab;
beforeAll(async () => {
	lab = await startLab({ audit: (line) => lines.push(line) });
});
afterAll(() => lab.close());
beforeEach(() => void lines.splice(0));

const told = () => expect.poll(() => lines.length);

/** What `docker exec` does, at the socket of a node. */
async function execHostname(docker: string, detached: boolean) {
	const listed = await askDocker(docker, 'GET', '/v1.40/containers/json');
	const { Id: nginx } = (JSON.parse(listed.text) as { Id: string; Names: string[] }[]).find(
		({ Names }) => Names[0]!.startsWith('/k8s_nginx_nginx_')
	)!;
	const made = await askDocker(docker, 'POST', `/v1.40/containers/${nginx}/exec`, {
		...{ AttachStdout: true, Cmd: ['hostname'] }
	});
	const { Id } = JSON.parse(made.text) as { Id: string };
	await askDocker(docker, 'POST', `/v1.40/exec/${Id}/start`, { Detach: detached });
	return { Id, nginx };
}

describe('every exec is on the console, start and end', () => {
	it('by kubectl, with its user', async () => {
		const { run, code } = await lab.kubectl([
			'kubectl',
			'exec',
			'nginx',
			'--',
			'sh',
			'-c',
			'exit 3'
		]);
		expect(code).toBe(3);
		await told().toBe(2);
		expect(lines[0]).toMatch(/^\S+Z exec started role=driver user="admin" exec=[0-9a-f]{12} /);
		expect(lines[0]).toContain(` command=["sh","-c","exit 3"] `);
		expect(lines[1]).toMatch(/ exec ended role=driver user="admin" exec=[0-9a-f]{12} exit=3 run=/);
		expect(lines.every((line) => line.endsWith(` run=${run}`))).toBe(true);
	});
	it.each([false, true])('at the Docker socket, detached: %s', async (detached) => {
		const { Id, nginx } = await execHostname(lab.cluster.nodes[0]!.docker, detached);
		await told().toBe(2);
		expect(lines[0]).toContain(
			`user=unknown exec=${Id.slice(0, 12)} container=${nginx.slice(0, 12)} command=["hostname"]`
		);
		expect(lines[1]).toContain(
			` exec ended role=driver user=unknown exec=${Id.slice(0, 12)} exit=0 `
		);
	});
	it('of the product as it is started', async () => {
		const started = await startExecscope();
		const file = path.join(started.home, 'cluster.json');
		await expect.poll(() => existsSync(file)).toBe(true); // it comes a moment after the ready line
		const { nodes } = JSON.parse(readFileSync(file, 'utf8')) as Pick<Cluster, 'nodes'>;
		const { Id } = await execHostname(nodes[0]!.docker, false);
		await expect
			.poll(started.output)
			.toMatch(new RegExp(`\\n\\S+ exec ended role=driver user=unknown exec=${Id.slice(0, 12)} `));
		await started.close();
	});
	it('and none that was refused', async () => {
		await lab.kubectl('kubectl --context dev exec nginx -- date');
		expect(lines).toEqual([]);
	});
});

it('a command writes no line of its own', async () => {
	const forged = '\r\n2026-01-01T00:00:00.000Z exec ended role=driver user="admin" \u001b[2J\u202e';
	await lab.kubectl(['kubectl', 'exec', 'nginx', '--', 'true', forged]);
	await told().toBe(2);
	expect(lines[0]).toContain('\\r\\n2026-01-01');
	for (const line of lines) expect(line).toMatch(/^[ -~]+$/);
});
