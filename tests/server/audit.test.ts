import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Audit } from '../../src/lib/server/audit.ts';

const run = { id: '2026-11-05T17-02-11Z-1f3a9c2e', owner: 'driver', client: 'kubectl/v1.36.3' };
const exec = { execId: '5a5a5fe209709a8f8463e411', containerId: '1ad6cd228136371b6e64708c' };
const start = { ...exec, pid: 7, argv: ['sh', '-c', 'echo "a"'], cwd: '', tty: true };

function audited() {
	const lines: string[] = [];
	const audit = new Audit(
		(line) => lines.push(line),
		() => new Date(0)
	);
	return { audit, lines };
}

describe('an exec', () => {
	it('has a line for its start and one for its end', () => {
		const { audit, lines } = audited();
		audit.heard(run, 'authorize', { user: 'dev', allowed: true }, false);
		audit.heard(run, 'process-start', start, false);
		audit.heard(run, 'process-exit', { execId: exec.execId, exitCode: 3 }, false);
		const who = 'role=driver user="dev" exec=5a5a5fe20970';
		expect(lines).toEqual([
			`1970-01-01T00:00:00.000Z exec started ${who} container=1ad6cd228136 command=["sh","-c","echo \\"a\\""] tty client="kubectl/v1.36.3" run=${run.id}`,
			`1970-01-01T00:00:00.000Z exec ended ${who} exit=3 run=${run.id}`
		]);
	});
	it('of nobody whom the API server knows says so', () => {
		const { audit, lines } = audited();
		audit.heard(run, 'process-start', { ...start, tty: false }, false);
		expect(lines[0]).toMatch(/ user=unknown .*"\] client=/);
	});
	it('whose start was dropped is none', () => {
		const { audit, lines } = audited();
		audit.heard(run, 'process-start', start, true);
		audit.heard(run, 'process-exit', { execId: exec.execId, exitCode: 0 }, false);
		expect(lines).toEqual([]);
	});
	it('has ended even where its last step was dropped, and ends once', () => {
		const { audit, lines } = audited();
		audit.heard(run, 'process-start', start, false);
		audit.heard(run, 'process-exit', { execId: exec.execId, exitCode: 0 }, true);
		audit.close();
		expect(lines).toHaveLength(2);
	});
	it('that still runs ends with the server', () => {
		const { audit, lines } = audited();
		audit.heard(run, 'process-start', start, false);
		audit.close();
		expect(lines[1]).toContain('exec ended role=driver');
		expect(lines[1]).toContain('exit=none (the server stopped)');
	});
});

describe('an attach', () => {
	const { containerId } = exec;
	const hijack = { status: 101, containerId, stdin: true, tty: true };
	const who = 'role=driver user="dev" container=1ad6cd228136';
	function attached() {
		const { audit, lines } = audited();
		audit.heard(run, 'authorize', { user: 'dev' }, false);
		audit.heard(run, 'hijack', hijack, false);
		return { audit, lines };
	}

	it('has a line for its start and one for its end, once its container ends', () => {
		const { audit, lines } = attached();
		audit.heard({ ...run }, 'process-exit', { containerId, exitCode: 1 }, false);
		expect(lines).toHaveLength(1);
		audit.heard(run, 'process-exit', { containerId, exitCode: 0 }, false);
		audit.heard(run, 'close', {}, false);
		audit.over(run);
		expect(lines).toEqual([
			`1970-01-01T00:00:00.000Z attach started ${who} stdin tty client="kubectl/v1.36.3" run=${run.id}`,
			`1970-01-01T00:00:00.000Z attach ended ${who} exit=0 run=${run.id}`
		]);
	});
	it.each([
		['it is closed', (audit: Audit) => audit.heard(run, 'close', {}, false)],
		['its run is over', (audit: Audit) => audit.over(run)]
	])('ends when %s', (_, end) => {
		const { audit, lines } = attached();
		end(audit);
		expect(lines[1]).toBe(`1970-01-01T00:00:00.000Z attach ended ${who} run=${run.id}`);
	});
	it('that is still open ends with the server', () => {
		const { audit, lines } = attached();
		audit.close();
		expect(lines[1]).toContain(`attach ended ${who} (the server stopped) run=`);
	});
	it('is not what the answer to the start of an exec tells, and none when it was dropped', () => {
		const { audit, lines } = audited();
		audit.heard(run, 'hijack', { status: 101, execId: exec.execId, tty: true }, false);
		audit.heard(run, 'hijack', hijack, true);
		expect(lines).toEqual([]);
	});
	it('does not end the exec beside it', () => {
		const { audit, lines } = attached();
		audit.heard(run, 'process-start', start, false);
		audit.heard(run, 'close', {}, false);
		audit.over(run);
		expect(lines.filter((line) => line.includes(' exec ended '))).toEqual([]);
	});
});

describe('a forwarded port', () => {
	it('has a line when a connection to it opens, and one when that closes', () => {
		const { audit, lines } = audited();
		const { containerId } = exec;
		for (const requestid of ['0', '1'])
			audit.heard(run, 'forward-port', { containerId, port: 80, requestid }, false);
		audit.heard(run, 'close', { requestid: '0' }, false);
		audit.heard(run, 'close', {}, false);
		audit.over(run);
		const what = 'role=driver user=unknown container=1ad6cd228136 port=80';
		expect(lines.map((line) => line.replace(/^\S+ | client=.*| run=.*/g, ''))).toEqual([
			`forward opened ${what}`,
			`forward opened ${what}`,
			`forward closed ${what}`,
			`forward closed ${what}`
		]);
	});
});

it('no command, user or client can write a line of its own, or turn one around', () => {
	fc.assert(
		fc.property(
			fc.array(fc.string({ unit: 'binary' })),
			fc.string({ unit: 'binary' }),
			fc.string({ unit: 'binary' }),
			(argv, user, client) => {
				const { audit, lines } = audited();
				const hostile = { ...run, client };
				audit.heard(hostile, 'authorize', { user }, false);
				audit.heard(hostile, 'process-start', { ...start, argv }, false);
				audit.heard(hostile, 'hijack', { containerId: user }, false);
				audit.heard(hostile, 'forward-port', { containerId: client, port: user }, false);
				expect(lines).toHaveLength(3);
				expect(lines.join('')).toMatch(/^[ -~]+$/);
			}
		)
	);
});

it('a command of any length is one line that can be read', () => {
	const { audit, lines } = audited();
	audit.heard(run, 'process-start', { ...start, argv: ['x'.repeat(100_000)] }, false);
	expect(lines[0]!.length).toBeLessThan(1000);
	const many = audited();
	many.audit.heard(run, 'process-start', { ...start, argv: Array(1000).fill('"\u202e') }, false);
	for (const line of [lines[0]!, many.lines[0]!]) {
		const [, command = ''] = / command=(\[.*\]) tty /.exec(line) ?? [];
		expect(JSON.parse(command)).toBeInstanceOf(Array);
	}
});
