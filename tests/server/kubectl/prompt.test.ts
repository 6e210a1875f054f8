import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePrompt } from '../../../src/lib/server/kubectl/prompt.ts';

describe('the prompt', () => {
	it.each([
		['kubectl get po', ['kubectl', 'get', 'po']],
		['  kubectl   get po ', ['kubectl', 'get', 'po']],
		[
			'kubectl -v=7 exec -it nginx -- /bin/bash',
			['kubectl', '-v=7', 'exec', '-it', 'nginx', '--', '/bin/bash']
		],
		[
			`kubectl exec nginx -- sh -c 'echo $HOME | cat'`,
			['kubectl', 'exec', 'nginx', '--', 'sh', '-c', 'echo $HOME | cat']
		],
		[
			`kubectl exec nginx -- sh -c "for f in *; do cat \`ls\` > /dev/null & done"`,
			['kubectl', 'exec', 'nginx', '--', 'sh', '-c', 'for f in *; do cat `ls` > /dev/null & done']
		],
		[
			`kubectl exec nginx -- echo a'b "c"'"d 'e'"`,
			['kubectl', 'exec', 'nginx', '--', 'echo', `ab "c"d 'e'`]
		],
		[`kubectl exec nginx -- echo '' ""`, ['kubectl', 'exec', 'nginx', '--', 'echo', '', '']],
		[`kubectl exec nginx -- printf '\\n'`, ['kubectl', 'exec', 'nginx', '--', 'printf', '\\n']],
		[
			'kubectl exec nginx -- tar -cf - /etc',
			['kubectl', 'exec', 'nginx', '--', 'tar', '-cf', '-', '/etc']
		],
		['kubectl get po -n kfk', ['kubectl', 'get', 'po', '-n', 'kfk']],
		['kubectl get po -nkfk', ['kubectl', 'get', 'po', '-nkfk']],
		[
			'kubectl exec nginx -- echo a#b a~ 中文',
			['kubectl', 'exec', 'nginx', '--', 'echo', 'a#b', 'a~', '中文']
		]
	])('%s', (line, argv) => {
		expect(parsePrompt(line)).toEqual({ argv });
	});

	it.each([
		['', 'empty'],
		['   ', 'empty'],
		['ls -l', 'not-kubectl'],
		['sh -c "kubectl get po"', 'not-kubectl'],
		['/usr/bin/kubectl get po', 'not-kubectl'],
		['KUBECONFIG=/x kubectl get po', 'not-kubectl'],
		['constructor', 'not-kubectl'],
		['ls | cat', 'not-kubectl'],
		['$(kubectl)', 'expansion'],
		["kubectl exec nginx -- sh -c 'echo", 'unclosed-quote'],
		['kubectl exec nginx -- echo "x', 'unclosed-quote'],
		['kubectl get po | cat', 'pipe'],
		['kubectl get po|cat', 'pipe'],
		['kubectl get po > out', 'redirection'],
		['kubectl exec -i nginx -- cat < /etc/passwd', 'redirection'],
		['kubectl exec nginx -- echo $HOME', 'expansion'],
		['kubectl exec nginx -- echo `id`', 'substitution'],
		['kubectl exec nginx -- ls *', 'glob'],
		['kubectl exec nginx -- ls a?', 'glob'],
		['kubectl exec nginx -- ls [a]', 'glob'],
		['kubectl exec nginx -- echo {a,b}', 'braces'],
		['kubectl get po (x)', 'subshell'],
		['kubectl get po; ls', 'sequence'],
		['kubectl get po && ls', 'background'],
		['kubectl get po &', 'background'],
		['kubectl exec nginx -- echo a\\ b', 'escape'],
		['kubectl exec nginx -- ls ~', 'home'],
		['kubectl get po # all', 'comment'],
		['kubectl get po !!', 'history'],
		['kubectl get po\nls', 'control-character'],
		['kubectl get po\u001b[31m', 'control-character'],
		[`kubectl exec nginx -- sh -c 'a\nb'`, 'control-character'],
		['kubectl --kubeconfig=/etc/x get po', 'file-flag'],
		['kubectl --kubeconfig /etc/x get po', 'file-flag'],
		['kubectl get -f x.yaml', 'file-flag'],
		['kubectl get -fx.yaml', 'file-flag'],
		['kubectl get -Rf x', 'file-flag'],
		['kubectl delete -k dir', 'file-flag'],
		['kubectl get --filename=x', 'file-flag'],
		['kubectl get po -o jsonpath-file=/etc/passwd', 'file-flag'],
		['kubectl get po -ogo-template-file=/etc/passwd', 'file-flag'],
		['kubectl get po --output=custom-columns-file=/etc/passwd', 'file-flag'],
		[`kubectl get "--kubeconfig" x`, 'file-flag'],
		[`kubectl ${'x'.repeat(20_000)}`, 'too-long']
	])('refuses %j: %s', (line, code) => {
		const parsed = parsePrompt(line);
		expect(parsed).toMatchObject({ refusal: { code } });
		// One sentence, or two clauses of one.
		expect('refusal' in parsed && parsed.refusal.text.length).toBeGreaterThan(10);
	});

	it('never throws and never starts anything but kubectl', () => {
		const words = fc.constantFrom(
			'kubectl',
			'exec',
			'--',
			'-it',
			"'",
			'"',
			' ',
			'$',
			'|',
			'\\',
			'\n',
			'x'
		);
		const line = fc.oneof(
			fc.string({ unit: 'binary' }),
			fc.array(words).map((all) => all.join(''))
		);
		fc.assert(
			fc.property(line, (text) => {
				const parsed = parsePrompt(text);
				if ('argv' in parsed) expect(parsed.argv[0]).toBe('kubectl');
				else expect(parsed.refusal.text).not.toBe('');
			}),
			{ numRuns: 2000 }
		);
	});

	it('takes quoted words back exactly', () => {
		fc.assert(
			fc.property(fc.array(fc.string().filter((word) => !/['\p{Cc}]/u.test(word))), (words) => {
				const line = ['kubectl', 'exec', '--', ...words.map((word) => `'${word}'`)].join(' ');
				expect(parsePrompt(line)).toEqual({ argv: ['kubectl', 'exec', '--', ...words] });
			})
		);
	});
});
