import { line, type Cells } from '../cell.ts';

const ready = 'nginx (a stand-in): ready on port 80\n';
/** As cells that forward a port leave it: one line more for each request. */
const printed = new RegExp(`^${escaped(ready)}(127\\.0\\.0\\.1 - - .*\\n)*$`);
const stamped = new RegExp(
	`^20\\d\\d-\\d\\d-\\d\\dT[\\d:.]+Z ${escaped(ready)}(20.*Z 127\\.0\\.0\\.1 - - .*\\n)*$`
);
const refused = (message: string) => `Error from server (BadRequest): ${message}\n`;

export const logs: Cells = {
	nginx: line('logs nginx', { out: printed, quick: true }),
	'--tail=0': line('logs nginx --tail=0', {}),
	'--tail=5': line('logs nginx --tail=5', { out: /^(.+\n){1,5}$/ }),
	'--since=1h': line('logs nginx --since=1h', { out: printed }),
	'--since-time, then': line('logs nginx --since-time=2020-01-01T00:00:00Z', { out: printed }),
	'--since-time, to come': line('logs nginx --since-time=2120-01-01T00:00:00Z', {}),
	'--timestamps': line('logs nginx --timestamps', { out: stamped }),
	'--limit-bytes=5': line('logs nginx --limit-bytes=5', { out: 'nginx' }),
	'-c': line('logs web -c app', { out: ready }),
	'-c, it is silent': line('logs web -c sidecar', {}),
	'pod/NAME': line('logs pod/nginx', { out: printed }),
	'--previous': line('logs nginx --previous', {
		code: 1,
		err: refused('previous terminated container "nginx" in pod "nginx" not found')
	}),
	finished: line('logs finished', {
		code: 1,
		err: refused('container "finished" in pod "finished" is terminated')
	}),
	'no node': line('logs unscheduled', {}),
	'two containers': line('logs web', {
		code: { '1.20': 1, '1.23': 0 },
		out: { '1.20': '', '1.23': ready },
		err: {
			'1.20':
				'error: a container name must be specified for pod web, choose one of: [app sidecar]\n',
			'1.23': 'Defaulted container "app" out of: app, sidecar\n'
		}
	}),
	'not allowed': line('--context dev logs nginx', {
		code: 1,
		err: 'Error from server (Forbidden): pods "nginx" is forbidden: User "dev" cannot get resource "pods/log" in API group "" in the namespace "default"\n'
	})
};

function escaped(text: string): string {
	return text.replace(/[()]/g, '\\$&');
}
