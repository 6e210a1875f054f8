import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root, run } from '../../src/bin/setup.js';

let home: string;
beforeEach(async () => void (home = await mkdtemp(path.join(tmpdir(), 'execscope-check-'))));
afterEach(() => rm(home, { recursive: true }));

/** The lines of `npm start -- --check`. */
async function check(...flags: string[]): Promise<{ code: number; text: string }> {
	const start = path.join(root, 'src/bin/start.js');
	const ports = flags.includes('--port') ? [] : ['--port', '0'];
	const given = ['--check', ...ports, '--apiserver-port', '0', '--home', home, ...flags];
	return run(process.execPath, [start, ...given], { quiet: true });
}

describe('npm start -- --check', () => {
	it('says a line each of what there is', async () => {
		const { text } = await check();
		for (const line of [
			/^ok {3}Node/m,
			/^(ok|NO) {2,3}Engine: /m,
			/^ok {3}Port of the page: any$/m
		])
			expect(text).toMatch(line);
		expect(text).toContain(`ok   Home: ${home} can be written\n`);
		expect(text).toContain('ok   Exposure: this machine alone.');
		expect(text.trim().split('\n')).toHaveLength(10);
	});
	it.each(['127.0.0.1', '::1'])('sees a port that is taken on %s', async (host) => {
		const other = net.createServer();
		const there = await new Promise<boolean>((resolve) => {
			other.once('error', () => resolve(false));
			other.listen(0, host, () => resolve(true));
		});
		if (!there) return; // a machine without IPv6
		const { port } = other.address() as net.AddressInfo;
		const { code, text } = await check('--port', String(port));
		await new Promise((resolve) => other.close(resolve));
		expect(text).toContain(`NO   Port of the page: ${port} is taken: choose another with --port`);
		expect(code).toBe(1);
	});
	it('sees a home in use, and not one of a process that is gone', async () => {
		const stat = readFileSync('/proc/self/stat', 'utf8');
		const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
		const lock = { pid: process.pid, started, run: '/tmp/xs-none', url: 'http://127.0.0.1:1' };
		await writeFile(path.join(home, 'lock'), JSON.stringify(lock));
		const used = await check();
		expect(used.text).toContain(`Home: ${home} is in use by another Execscope at ${lock.url}: `);
		expect(used.code).toBe(1);
		await writeFile(path.join(home, 'lock'), JSON.stringify({ ...lock, started: '1' }));
		expect((await check()).text).toContain('can be written');
	});
	it('refuses a file as a home', async () => {
		const file = path.join(home, 'file');
		await writeFile(file, '');
		expect((await check('--home', file)).text).toContain(`NO   Home: ${file} cannot be written`);
	});
});
