import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HomeInUse, openHome } from '../../src/lib/server/home.ts';

let dir: string;
beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), 'execscope-home-'))));
afterEach(() => rm(dir, { recursive: true }));

describe('a home', () => {
	it.each(['without a lock', 'with the lock of a dead process'])(
		'is taken by one of many that start at once, %s',
		async (before) => {
			const stale = before.startsWith('with ') ? '/tmp/xs-gone' : undefined;
			const lock = { pid: 2 ** 22 + 1, started: '1', run: stale }; // above every pid there can be
			if (stale) await writeFile(join(dir, 'lock'), JSON.stringify(lock));
			const starts = await Promise.allSettled(Array.from({ length: 8 }, () => openHome(dir)));
			const opened = starts.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
			expect(opened).toHaveLength(1);
			for (const each of starts)
				if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(HomeInUse);
			expect(opened[0]!.stale).toBe(stale);
			expect((await readdir(dir)).sort()).toEqual(['lock', 'recordings']);
			await opened[0]!.close();
			expect(existsSync(opened[0]!.run)).toBe(false);
			expect(await readdir(dir)).toEqual(['recordings']);
		}
	);
	it('in use tells where, and leaves the other alone', async () => {
		const home = await openHome(dir);
		await home.announce('http://127.0.0.1:1234');
		await home.write('cluster.json', '{}');
		await expect(openHome(dir)).rejects.toThrow(
			'in use by another Execscope at http://127.0.0.1:1234'
		);
		expect(existsSync(join(dir, 'cluster.json'))).toBe(true);
		await home.close();
	});
});
