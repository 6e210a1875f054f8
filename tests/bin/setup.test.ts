import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { exclusively, root, run } from '../../src/bin/setup.js';

describe('set-up', () => {
	it('lets one at a time work in a clone', async () => {
		const order: string[] = [];
		const work = (name: string) => () =>
			exclusively(async () => {
				order.push(`${name} begins`);
				await new Promise((resolve) => setImmediate(resolve));
				order.push(`${name} ends`);
			});
		await Promise.all([work('one')(), work('two')()]);
		expect(order).toHaveLength(4);
		for (const at of [0, 2]) {
			const [name] = order[at]!.split(' ');
			expect(order.slice(at, at + 2)).toEqual([`${name} begins`, `${name} ends`]);
		}
	});
	it('frees the clone when the work fails', async () => {
		const failing = exclusively(() => Promise.reject(new Error('no')));
		await expect(failing).rejects.toThrow('no');
		expect(await exclusively(() => Promise.resolve('free'))).toBe('free');
	});
	it('frees the clone when a signal ends it in the middle', async () => {
		const setup = JSON.stringify(new URL('../../src/bin/setup.js', import.meta.url).href);
		const script = `const { exclusively } = await import(${setup});
			process.on('SIGTERM', () => process.exit(130));
			await exclusively(() => { process.kill(process.pid, 'SIGTERM'); return new Promise((resolve) => setTimeout(resolve, 60_000)); });`;
		const { code } = await run(process.execPath, ['--input-type=module', '-e', script]);
		expect(code).toBe(130);
		expect(existsSync(path.join(root, '.toolchain/lock'))).toBe(false);
	});
	it('collects what a program prints, and its exit code', async () => {
		const script = 'console.log("out"); console.error("err"); process.exit(3)';
		const { code, text } = await run(process.execPath, ['-e', script], { quiet: true });
		expect(code).toBe(3);
		expect(text).toContain('out');
		expect(text).toContain('err');
	});
	it('says so when a program cannot be started', async () => {
		const { code, text } = await run('/no/such/program', [], { quiet: true });
		expect(code).toBe(1);
		expect(text).toContain('ENOENT');
	});
});
