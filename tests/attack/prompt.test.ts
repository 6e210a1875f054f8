import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startLab, type Lab } from '../support/lab.ts';
import { serveLive, type LiveDoor } from './live-door.ts';
import type { LivePage } from './page-client.ts';

/** The page's prompt, used by whoever got hold of it: it must never be a shell of this machine, nor read its files. */
let lab: Lab;
let door: LiveDoor;
let page: LivePage;
let folder: string;
let canary: string;
let lines = 0;

beforeAll(async () => {
	folder = mkdtempSync(path.join(os.tmpdir(), 'execscope-prompt-'));
	canary = path.join(folder, 'canary');
	writeFileSync(path.join(folder, 'own'), 'the secret');
	lab = await startLab();
	door = await serveLive(lab.cluster);
	page = await door.open('driver');
});
afterAll(async () => {
	await door.close();
	await lab.close();
	rmSync(folder, { recursive: true });
});

/** Types one line; what was said and how it ended. */
async function type(line: string) {
	const session = `s${++lines}`;
	page.send({ type: 'run', session, line, cols: 80, rows: 24 });
	const of = (type: string) =>
		page.told.find((told) => told.type === type && told['session'] === session);
	await vi.waitFor(() => expect(of('ended')).toBeDefined(), 20_000);
	const said = of('said');
	return {
		began: of('started') !== undefined,
		refused: said?.['code'],
		said: String(said?.['text'] ?? ''),
		code: of('ended')?.['code']
	};
}

describe('the prompt', () => {
	it.each([
		['another program', 'touch CANARY', 'not-kubectl'],
		['a shell', "sh -c 'touch CANARY'", 'not-kubectl'],
		['kubectl by its path', '/usr/bin/kubectl version', 'not-kubectl'],
		['a variable before the command', 'A=1 kubectl version', 'not-kubectl'],
		['a second command', 'kubectl version; touch CANARY', 'sequence'],
		['a command after another', 'kubectl version && touch CANARY', 'background'],
		['a command in the background', 'kubectl version & touch CANARY', 'background'],
		['a command after a failed one', 'kubectl nonsense || touch CANARY', 'pipe'],
		['a pipe', 'kubectl version | tee CANARY', 'pipe'],
		['output into a file', 'kubectl version >CANARY', 'redirection'],
		['input from a file', 'kubectl exec -i nginx -- cat <FOLDER/own', 'redirection'],
		['command substitution', 'kubectl get $(touch CANARY)', 'expansion'],
		['command substitution of old', 'kubectl get `touch CANARY`', 'substitution'],
		['a variable', 'kubectl get $HOME', 'expansion'],
		['a pattern', 'kubectl get FOLDER/*', 'glob'],
		['a pattern of one character', 'kubectl get FOLDER/?wn', 'glob'],
		['a pattern of some characters', 'kubectl get FOLDER/[o]wn', 'glob'],
		['braces', 'kubectl get {pods,nodes}', 'braces'],
		['a subshell', 'kubectl get (touch CANARY)', 'subshell'],
		['a home folder', 'kubectl get ~', 'home'],
		['history', 'kubectl get !!', 'history'],
		['a backslash', 'kubectl get \\pods', 'escape'],
		['a comment', 'kubectl get # pods', 'comment'],
		['a quote without an end', "kubectl get 'pods", 'unclosed-quote'],
		['a second line', 'kubectl version\ntouch CANARY', 'control-character'],
		['a control character', 'kubectl get \u001b[c', 'control-character'],
		['a line separator', 'kubectl version\u2028touch CANARY', 'control-character'],
		['nothing', '   ', 'empty']
	])('refuses %s', async (_what, line, refused) => {
		const typed = line.replaceAll('CANARY', canary).replaceAll('FOLDER', folder);
		expect(await type(typed)).toMatchObject({ refused, code: 1, began: false });
		expect(existsSync(canary)).toBe(false);
	});

	it.each([
		'--kubeconfig=FOLDER/own get pods',
		'get pods --kubeconfig FOLDER/own',
		'get -f FOLDER/own',
		'get -fFOLDER/own',
		'get -k FOLDER',
		'get pods -wf FOLDER/own',
		'get --filename=FOLDER/own',
		'get --kustomize FOLDER',
		'get pods --cache-dir FOLDER',
		'get pods --certificate-authority=FOLDER/own',
		'get pods --client-certificate=FOLDER/own',
		'get pods --client-key=FOLDER/own',
		'get pods --log-file=CANARY',
		'get pods --log-dir=FOLDER',
		'get pods --profile-output=CANARY',
		'get pods --from-file=FOLDER/own',
		'get pods --from-env-file=FOLDER/own',
		'get pods --template=FOLDER/own',
		'get pods -o custom-columns-file=FOLDER/own',
		'get pods -ocustom-columns-file=FOLDER/own',
		'get pods --output=jsonpath-file=FOLDER/own',
		'get pods --output go-template-file=FOLDER/own',
		'get pods -o=templatefile=FOLDER/own'
	])('names no file of this machine: kubectl %s', async (args) => {
		const typed = `kubectl ${args}`.replaceAll('CANARY', canary).replaceAll('FOLDER', folder);
		const answer = await type(typed);
		expect(answer).toMatchObject({ refused: 'file-flag', code: 1, began: false });
		expect(answer.said).not.toContain('the secret');
		expect(existsSync(canary)).toBe(false);
	});

	it('refuses a line that is too long, and cuts none to another meaning', async () => {
		for (const length of [20_000, 900_000]) {
			const answer = await type(`kubectl get pods ${'x'.repeat(length)}`);
			expect(answer).toMatchObject({ refused: 'too-long', code: 1, began: false });
		}
		const marked = await type(`kubectl version ${'-'.repeat(10_000)} 'the end`);
		expect(marked).toMatchObject({ refused: 'unclosed-quote', began: false });
	});

	it('does what it is for', async () => {
		expect(await type('kubectl version --client')).toMatchObject({ refused: undefined, code: 0 });
	});
});
