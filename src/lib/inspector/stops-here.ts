import type { Text } from '../trace/explanations/index.ts';
import type { Item, Recording } from '../recording/recording.ts';

/**
 * Whether kubectl goes no further after this answer: `ExecOptions.Run` refuses a pod that is Succeeded or Failed by
 * itself, so the run ends with the GET. The phase stands only in the bytes.
 */
export function stopsHere(item: Item, recording: Recording): Text | undefined {
	if (item.id !== 'get-pod' || !item.reply || item.failed) return undefined;
	if (item.index < recording.items.length - 1) return undefined;
	const asked = item.answers === undefined ? undefined : recording.items.at(item.answers);
	const argv = recording.command?.argv;
	const isExec = argv
		? argv.includes('exec')
		: /Kubectl-Command: kubectl exec/i.test(textOf(asked));
	const phase =
		typeof item.facts['phase'] === 'string'
			? item.facts['phase']
			: /"phase":\s*"(\w+)"/.exec(textOf(item))?.[1];
	if (!isExec || (phase !== 'Succeeded' && phase !== 'Failed')) return undefined;
	return {
		en: `The pod has ended: its phase is ${phase}. kubectl stops here by itself and sends no exec request.`,
		zh: `Pod 已经结束，阶段是 ${phase}。kubectl 自己到此为止，不会再发 exec 请求。`
	};

	function textOf(one: Item | undefined): string {
		const span = one?.sent[0];
		return span ? new TextDecoder().decode(recording.bytes.bytes(span).data) : '';
	}
}
