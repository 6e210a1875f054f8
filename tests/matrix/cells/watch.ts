import type { RunLog } from '../../../src/lib/server/tracer/run-log.ts';
import type { Lab } from '../../support/lab.ts';
import type { KubectlVersion } from '../../support/real-kubectl.ts';
import { linesSoFar, runsSince, startKubectl, until } from '../../support/type-kubectl.ts';
import { wants, type Cell, type Cells, type Line, type Seen, type Typist } from '../cell.ts';

const seed1 = ['-n', 'seed-1'];

export const watch: Cells = {
	'po NAME -w': watched(['get', 'po', '%pod', '-w'], /^%pod +\S+ +(\S+) /gm, {
		out: 'Running, Terminating',
		quick: true
	}),
	'po --watch-only': watched(['get', 'po', '--watch-only'], /^%pod +\S+ +(\S+) /gm, {
		out: 'Terminating'
	}),
	'po -w --output-watch-events': watched(
		['get', 'po', '-w', '--output-watch-events'],
		/^(\S+) +%pod /gm,
		{ out: 'ADDED, MODIFIED, DELETED' }
	),
	'po NAME -w -o name': watched(['get', 'po', '%pod', '-w', '-o', 'name'], /^(pod\/%pod)$/gm, {
		out: /^pod\/m-\S+$/
	}),
	'wait --for=condition=Ready': {
		async run(typist) {
			await typist.type([...seed1, 'run', typist.pod, '--image=busybox']);
			const seen = await typist.type([
				...[...seed1, 'wait', '--for=condition=Ready', `pod/${typist.pod}`, '--timeout=30s']
			]);
			await typist.type([...seed1, 'delete', 'po', typist.pod, '--wait=false']);
			return seen;
		},
		want: wants({ out: /^pod\/\S+ condition met\n$/ })
	},
	'wait --for=delete': {
		async run(typist) {
			const { lab, version, pod, type } = typist;
			await running(typist);
			const before = new Set(lab.cluster.tracer.runs);
			const waiting = await startKubectl(lab, version, [
				...[...seed1, 'wait', '--for=delete', `pod/${pod}`, '--timeout=30s']
			]);
			await until(() => watches(lab, before, version), 'the wait has begun');
			const [run] = runsSince(before, lab, version);
			await type([...seed1, 'delete', 'po', pod, '--wait=false']);
			const { code, out, err } = await waiting.ended;
			await until(() => !run!.open, 'the run of the wait ends');
			return { code, out: out.toString(), err, runs: [run!.id] };
		},
		want: wants({ out: /^pod\/\S+ condition met\n$/ })
	}
};

/** Begins to watch a running pod, deletes it, and says what was seen: the first group of each line, changes only. */
function watched(args: string[], seen: RegExp, wanted: Line): Cell {
	return {
		quick: wanted.quick,
		async run(typist: Typist): Promise<Seen> {
			const { lab, version, pod, type } = typist;
			await running(typist);
			const before = new Set(lab.cluster.tracer.runs);
			const words = [...seed1, ...args.map((word) => word.replace('%pod', pod))];
			const watching = await startKubectl(lab, version, words);
			const pattern = new RegExp(seen.source.replace('%pod', pod), seen.flags);
			const states = () => [...watching.printed().matchAll(pattern)].map(([, state]) => state!);
			try {
				await until(() => watches(lab, before, version), 'the watch has begun');
				const [run] = runsSince(before, lab, version);
				await type([...seed1, 'delete', 'po', pod]);
				await until(
					() => states().some((state) => /^(Terminating|DELETED|pod\/.*)$/.test(state)),
					() => `the deletion of ${pod} is seen: ${watching.printed()}`
				);
				watching.kill();
				const { err } = await watching.ended;
				await until(() => !run!.open, 'the run of the watch ends');
				const changes = states().filter((state, n, all) => state !== all[n - 1]);
				return { code: 0, out: changes.join(', '), err, runs: [run!.id] };
			} finally {
				watching.kill();
			}
		},
		want: wants(wanted)
	};
}

/** Whether the kubectl of that version has asked for a watch. */
function watches(lab: Lab, before: ReadonlySet<RunLog>, version: KubectlVersion): boolean {
	return runsSince(before, lab, version).some(({ id }) =>
		linesSoFar(lab, id).some(({ k, n }) => k === 'step' && /[?&]watch=true/.test(String(n)))
	);
}

/** Makes the pod, and waits until it runs. */
async function running({ type, pod }: Typist): Promise<void> {
	await type([...seed1, 'run', pod, '--image=busybox']);
	const phase = [...seed1, 'get', 'po', pod, '-o', 'jsonpath={.status.phase}'];
	await until(async () => (await type(phase)).out === 'Running', `${pod} is running`);
}
