import { afterAll, beforeAll, describe, it } from 'vitest';
import { reachCluster } from './cluster.ts';
import { replay } from './replay.ts';
import { transcripts } from './transcripts.ts';

/** Every command line of both articles, in their order, through the embedded kubectl and the whole chain. */
describe('the articles, word for word', () => {
	let cluster: Awaited<ReturnType<typeof reachCluster>>;

	beforeAll(async () => {
		cluster = await reachCluster();
	}, 60_000);
	afterAll(async () => {
		if (cluster && 'close' in cluster) await cluster.close();
	});

	for (const transcript of transcripts) {
		for (const typed of transcript.typed) {
			it(`${transcript.context}: ${typed.line}`, { timeout: 30_000 }, async (context) => {
				if ('reason' in cluster) return context.skip(cluster.reason);
				await replay(transcript, typed, cluster);
			});
		}
	}
});
