import { execFileSync } from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync
} from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openLog } from '../../src/lib/server/kubelet/open-log.ts';

const scratch = mkdtempSync(join(os.tmpdir(), 'execscope-log-attack-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** What a log path of a container may lead to, when somebody could plant a link there. */
describe('a planted log path', () => {
	const node = join(scratch, 'node-1');
	const path = join(node, 'pods', '0.log');
	const secret = join(scratch, 'secret');

	beforeEach(() => {
		rmSync(node, { recursive: true, force: true });
		mkdirSync(join(node, 'pods'), { recursive: true });
		writeFileSync(secret, 'of the host');
	});

	const refused = async (given = path) => {
		const opened = await openLog(given, node).catch((error: Error) => error);
		expect(opened).toBeInstanceOf(Error);
		return (opened as Error).message;
	};

	it('reads a file of the node, with one link or none', async () => {
		writeFileSync(join(node, 'real.log'), 'log');
		for (const target of [join(node, 'real.log'), '../real.log']) {
			rmSync(path, { force: true });
			symlinkSync(target, path);
			const { file } = await openLog(path, node);
			expect(await file.readFile('utf8')).toBe('log');
			await file.close();
		}
		const { file } = await openLog(join(node, 'real.log'), node);
		await file.close();
	});
	it('reads no file of the host', async () => {
		symlinkSync(secret, path);
		expect(await refused()).toContain('is not in the folder of this node');
	});
	it('does not walk out of the folder', async () => {
		expect(await refused(join(node, '..', 'secret'))).toContain('is not in the folder');
		symlinkSync('../../secret', path);
		expect(await refused()).toContain('is not in the folder');
		mkdirSync(`${node}-2`, { recursive: true });
		writeFileSync(join(`${node}-2`, 'x'), '');
		expect(await refused(join(`${node}-2`, 'x'))).toContain('is not in the folder');
	});
	it('does not follow a second link', async () => {
		symlinkSync(secret, join(node, 'second'));
		symlinkSync(join(node, 'second'), path);
		expect(await refused()).toContain('too many levels of symbolic links');
	});
	it('does not follow a linked folder', async () => {
		symlinkSync(scratch, join(node, 'out'));
		expect(await refused(join(node, 'out', 'secret'))).toContain('is not in the folder');
		symlinkSync(join(node, 'out', 'secret'), path);
		expect(await refused()).toContain('is not in the folder');
	});
	it('reads no pipe and no folder, and does not hang at one', async () => {
		execFileSync('mkfifo', [path]);
		expect(await refused()).toContain('not a regular file');
		expect(await refused(join(node, 'pods'))).toContain('not a regular file');
	});
	it('leaves what it refuses as it is', () => {
		expect(existsSync(secret)).toBe(true);
		expect(readFileSync(secret, 'utf8')).toBe('of the host');
	});
});
