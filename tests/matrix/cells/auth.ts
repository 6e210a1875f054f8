import { line, type Cells, type Line } from '../cell.ts';

const yes = { out: 'yes\n' };
const no = { code: 1, out: 'no\n' };
/** From 1.27 on an empty line sets it off. */
const warned = (warning: string): Line['err'] => ({
	'1.20': `Warning: ${warning}\n`,
	'1.27': `Warning: ${warning}\n\n`
});
const list = (...rows: string[]) =>
	new RegExp(
		`^Resources +Non-Resource URLs +Resource Names +Verbs *\n[^]*${rows.map((row) => `${row} *\n[^]*`).join('')}$`
	);

export const auth: Cells = {
	'can-i get po': line('auth can-i get po', { ...yes, quick: true }),
	'can-i get po, in another namespace': line('-n seed-1 auth can-i get po', yes),
	// Of a pod whose name is exec: it is no question about exec.
	'can-i create pods/exec, as dev': line('--context dev auth can-i create pods/exec', no),
	'can-i get pods/exec, as dev': line('--context dev auth can-i get pods/exec', yes),
	'can-i create po --subresource=exec': line('auth can-i create po --subresource=exec', yes),
	'can-i create po --subresource=exec, as dev': line(
		'--context dev auth can-i create po --subresource=exec',
		{ ...no, quick: true }
	),
	'can-i list po, as nobody': line('--context nobody auth can-i list po', no),
	'can-i list po --as dev': line('auth can-i list po --as dev', yes),
	'can-i delete po --as dev': line('auth can-i delete po --as dev', no),
	'can-i get no': line('auth can-i get no', {
		...yes,
		err: warned(`resource 'nodes' is not namespace scoped`)
	}),
	'can-i get a kind that is not served': line('auth can-i get deploy', {
		...yes,
		err: warned(`the server doesn't have a resource type 'deploy'`)
	}),
	'can-i "*" "*"': line(['auth', 'can-i', '*', '*'], yes),
	'can-i get /healthz, as nobody': line('--context nobody auth can-i get /healthz', yes),
	'can-i get /metrics, as nobody': line('--context nobody auth can-i get /metrics', no),
	'can-i -q': line('--context nobody auth can-i get po -q', { code: 1 }),
	'can-i --list': line('auth can-i --list', {
		out: list('\\*\\.\\* +\\[\\] +\\[\\] +\\[\\*\\]')
	}),
	'can-i --list, as dev': line('--context dev auth can-i --list', {
		out: list('pods +\\[\\] +\\[\\] +\\[get list\\]', ' +\\[/version\\] +\\[\\] +\\[get\\]')
	})
};
