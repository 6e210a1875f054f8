import type { PromptLine, PromptSession } from '../prompt-sessions.ts';
import { parsePrompt } from '../kubectl/prompt.ts';
import type { EmbeddedKubectl, KubectlIo } from './embedded-kubectl.ts';

/** One line of the page's prompt: our own kubectl, or one sentence why not. */
export function answerPrompt(
	line: PromptLine,
	engine: { ok: boolean; reason?: string },
	kubectl: (argv: string[], io: KubectlIo) => EmbeddedKubectl
): PromptSession {
	const nothing: PromptSession = { input() {}, resize() {}, stop() {} };
	const parsed = parsePrompt(line.text);
	if (!('argv' in parsed)) {
		line.said(parsed.refusal.text, parsed.refusal.code);
		line.ended(1);
		return nothing;
	}
	if (!engine.ok) {
		line.said(engine.reason ?? 'There is no engine.', 'no-engine');
		line.ended(1);
		return nothing;
	}
	let began = false;
	const unsaid: Buffer[] = [];
	const running = kubectl(parsed.argv, {
		owner: 'driver',
		size: [line.cols, line.rows],
		began(run) {
			began = true;
			line.began(run);
		},
		printed(_stream, chunk) {
			if (!began) unsaid.push(Buffer.from(chunk));
		}
	});
	const failed = (error: unknown) => {
		line.said(`error: ${error instanceof Error ? error.message : String(error)}\n`);
		return 1;
	};
	void running.done.catch(failed).then((code) => {
		// What never asked the cluster anything has no run; its words are all there is.
		if (!began) line.said(Buffer.concat(unsaid).toString('utf8'));
		line.ended(code);
	});
	return running;
}
