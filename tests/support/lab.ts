import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import { startCluster, type Cluster, type ClusterOptions } from '../../src/lib/server/cluster.ts';

export type AnyLine = Record<string, unknown> & { k: string; i: number; t: number };

export interface Lab {
	cluster: Cluster;
	home: string;
	/** Runs the embedded kubectl to its end. */
	kubectl(
		line: string | string[],
		options?: { stdin?: string | Buffer; size?: [number, number] }
	): Promise<{ code: number; out: string; err: string; run: string | undefined }>;
	/** The lines of a run, once it has ended. */
	recording(run: string): Promise<AnyLine[]>;
	/** Names of the recordings that stand now, oldest first. */
	recordings(): string[];
	close(): Promise<void>;
}

/** A whole cluster of its own on free ports in a folder of its own, as `npm start` starts it. */
export async function startLab(options: Partial<ClusterOptions> = {}): Promise<Lab> {
	const home = options.home ?? mkdtempSync('/tmp/lab-');
	const cluster = await startCluster({
		home,
		apiserverPort: 0,
		apiserverPortExplicit: true,
		era: '1.15-redirect',
		by: 'execscope test',
		...options
	}).catch((error: unknown) => {
		rmSync(home, { recursive: true, force: true });
		throw error;
	});
	await cluster.ready('http://127.0.0.1:1');
	const file = (run: string) => path.join(cluster.recordings, `${run}.execscope`);
	return {
		cluster,
		home,
		async kubectl(line, { stdin, size } = {}) {
			const argv = typeof line === 'string' ? line.split(' ') : line;
			const printed = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
			let run: string | undefined;
			const running = cluster.kubectl(argv, {
				owner: 'driver',
				...(size ? { size } : {}),
				began: (id) => (run = id),
				printed: (stream, chunk) => printed[stream].push(Buffer.from(chunk))
			});
			running.stdin.end(stdin ?? '');
			const code = await running.done;
			const text = (stream: 'stdout' | 'stderr') => Buffer.concat(printed[stream]).toString();
			return { code, out: text('stdout'), err: text('stderr'), run };
		},
		async recording(run) {
			for (let tries = 0; ; tries++) {
				const lines = readFileSync(file(run), 'utf8')
					.split('\n')
					.filter(Boolean)
					.map((text) => JSON.parse(text) as AnyLine);
				if (lines.at(-1)?.k === 'end' || tries > 200) return lines;
				await sleep(50);
			}
		},
		recordings: () =>
			readdirSync(cluster.recordings)
				.sort()
				.map((name) => name.replace(/\.execscope$/, '')),
		async close() {
			await cluster.close();
			rmSync(home, { recursive: true, force: true });
		}
	};
}
