/**
 * What the two articles' terminals show, as facts: their command lines word for word, and the lines of output with
 * what may differ (time, process, server, namespace, path, ages) as placeholders. The lost line break in the first
 * article's log is put back.
 */
export interface Typed {
	line: string;
	/** Typed into the remote shell once its prompt is there. */
	into?: string;
	/** Lines of stderr that must be there, all and in this order. */
	log?: readonly string[];
	/** Lines of stdout, likewise; absent when `says` judges them. */
	output?: readonly string[];
	/** Names that the output must have among others. */
	among?: readonly string[];
	/** What either output must match, and whether the command fails. */
	fails?: RegExp;
	/** Asked again until the output is as expected: the article waited, too. */
	patiently?: true;
}

export interface Transcript {
	context: 'seed-1' | 'seed-2';
	/** Other source lines and another User-Agent: the article ran another kubectl than we imitate. */
	otherVersion: boolean;
	typed: readonly Typed[];
}

const line = (text: string) => `I<time> <pid> ${text}`;

function upgradeHeaders(place: string, agent: string): string[] {
	return ['v4.channel.k8s.io', 'v3.channel.k8s.io', 'v2.channel.k8s.io', 'channel.k8s.io']
		.map((protocol) => line(`${place}]     X-Stream-Protocol-Version: ${protocol}`))
		.concat(line(`${place}]     User-Agent: ${agent}`));
}

const agent15 = 'kubectl/v1.15.0 (linux/amd64) kubernetes/e8462b5';
const pods = 'https://<server>/api/v1/namespaces/<namespace>/pods';
const operator = 'prometheus-operator-6f6b75f46f-h4gl4';

export const transcripts: readonly Transcript[] = [
	{
		context: 'seed-1',
		otherVersion: false,
		typed: [
			{
				line: 'kubectl version --short',
				output: ['Client Version: v1.15.0', 'Server Version: v1.15.3']
			},
			{
				line: 'kubectl run nginx --image=nginx --port=80 --generator=run-pod/v1',
				output: ['pod/nginx created']
			},
			{
				line: 'kubectl get po',
				output: [
					'NAME    READY   STATUS    RESTARTS   AGE',
					'nginx   1/1     Running   0          <age>'
				],
				patiently: true
			},
			{ line: 'kubectl exec nginx -- date', output: ['<date>'] },
			{
				line: 'kubectl exec -it nginx -- /bin/bash',
				into: 'exit\n',
				output: ['root@nginx:/#']
			},
			{
				line: 'kubectl -v=7 exec -it nginx -- /bin/bash',
				into: 'exit\n',
				log: [
					line('loader.go:359] Config loaded from file:  <path>'),
					line(`round_trippers.go:416] GET ${pods}/nginx`),
					line('round_trippers.go:423] Request Headers:'),
					line('round_trippers.go:426]     Accept: application/json, */*'),
					line(`round_trippers.go:426]     User-Agent: ${agent15}`),
					line('round_trippers.go:441] Response Status: 200 OK in <n> milliseconds'),
					line(
						`round_trippers.go:416] POST ${pods}/nginx/exec?command=%2Fbin%2Fbash&container=nginx&stdin=true&stdout=true&tty=true`
					),
					line('round_trippers.go:423] Request Headers:'),
					...upgradeHeaders('round_trippers.go:426', agent15),
					line(
						'round_trippers.go:441] Response Status: 101 Switching Protocols in <n> milliseconds'
					)
				],
				output: ['root@nginx:/#']
			}
		]
	},
	{
		context: 'seed-2',
		otherVersion: true,
		typed: [
			{
				line: 'kubectl get po',
				output: [
					'NAME                                   READY   STATUS    RESTARTS   AGE',
					`${operator}   1/1     Running   0          <age>`
				]
			},
			{
				line: `kubectl exec ${operator} ping baidu.com`,
				// Containers here have no network: ping says so itself, in whatever words this machine's ping has.
				fails: /^ping: /m
			},
			{
				line: `kubectl -v=7 exec ${operator} ls`,
				log: [
					line('<source>] Config loaded from file:  <path>'),
					line(`<source>] GET ${pods}/${operator}`),
					line('<source>] Request Headers:'),
					line('<source>]     Accept: application/json, */*'),
					line('<source>]     User-Agent: <agent>'),
					line('<source>] Response Status: 200 OK in <n> milliseconds'),
					line(
						`<source>] POST ${pods}/${operator}/exec?command=ls&container=prometheus-operator&stderr=true&stdout=true`
					),
					line('<source>] Request Headers:'),
					...upgradeHeaders('<source>', '<agent>'),
					line('<source>] Response Status: 101 Switching Protocols in <n> milliseconds')
				],
				among: ['bin', 'dev', 'etc', 'home', 'lib', 'proc', 'root', 'sys', 'tmp', 'usr', 'var']
			}
		]
	}
];
