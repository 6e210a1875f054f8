import { homedir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { erasInTable, holdableSteps, readOptions } from '../../src/bin/flags.js';
import { Problem } from '../../src/bin/problem.js';
import { eras, isBuiltEra } from '../../src/lib/trace/eras.ts';
import { steps } from '../../src/lib/trace/steps.ts';

const read = (flags: string, env: Record<string, string> = {}) =>
	readOptions(
		flags.split(' ').filter((flag) => flag !== ''),
		env
	);

function refusal(flags: string, env: Record<string, string> = {}): Problem {
	try {
		read(flags, env);
	} catch (error) {
		if (error instanceof Problem) return error;
		throw error;
	}
	throw new Error(`${flags} was taken`);
}

describe('flags of npm start', () => {
	it('have defaults that leave the ports to the server', () => {
		expect(read('')).toEqual({
			port: undefined,
			apiserverPort: undefined,
			home: path.join(homedir(), '.execscope'),
			era: '1.15-redirect',
			engine: 'embedded',
			hold: undefined,
			check: false
		});
	});
	it('are read in both spellings, and win over the environment', () => {
		const flags = '--port 0 --apiserver-port=7443 --home /tmp/x --hold cri-exec --check';
		expect(read(flags, { EXECSCOPE_PORT: '9', EXECSCOPE_HOME: '/tmp/y' })).toMatchObject({
			port: 0,
			apiserverPort: 7443,
			home: '/tmp/x',
			hold: 'cri-exec',
			check: true
		});
	});
	it('are read from the environment too', () => {
		const env = {
			EXECSCOPE_PORT: '8123',
			EXECSCOPE_APISERVER_PORT: '0',
			EXECSCOPE_HOME: '~/elsewhere',
			EXECSCOPE_HOLD: 'post-exec:reply'
		};
		expect(read('', env)).toMatchObject({
			port: 8123,
			apiserverPort: 0,
			home: path.join(homedir(), 'elsewhere'),
			hold: 'post-exec:reply'
		});
	});
	it.each([
		['--prot 1', 'Unknown argument "--prot"'],
		['extra', 'Unknown argument "extra"'],
		['--check=no', 'Unknown argument "--check=no"'],
		['--port', '--port needs a port, 0 to 65535.'],
		['--port 65536', '--port needs a port, 0 to 65535, not "65536".'],
		['--apiserver-port x', '--apiserver-port needs a port, 0 to 65535, not "x".'],
		['--era 1.99', 'Unknown era "1.99"'],
		['--engine podman', 'Unknown engine "podman"'],
		['--hold nowhere', 'Unknown step "nowhere" for --hold. The steps are:\n  discovery\n'],
		['--hold docker-service', 'Unknown step "docker-service"']
	])('refuse %s with exit code 2', (flags, message) => {
		expect(refusal(flags).message).toContain(message);
		expect(refusal(flags).exitCode).toBe(2);
	});
	it.each([
		['--engine docker', 'Engine docker'],
		['--engine docker:/run/docker.sock', 'Engine docker:/run/docker.sock'],
		['--engine process', 'Engine process'],
		['--cri unix:///run/containerd.sock', '--cri'],
		['--lan', '--lan']
	])('say in one sentence that %s comes later', (flags, subject) => {
		const { message, exitCode } = refusal(flags);
		expect(message).toMatch(/^[^\n]*comes with a later version of Execscope; .*\.$/);
		expect(message.startsWith(subject)).toBe(true);
		expect(exitCode).toBe(2);
	});
	it('know the steps that the table has, but for those of the boot run', () => {
		const ids = Object.entries(steps).filter(([, step]) => step.chap !== 'boot');
		expect(holdableSteps()).toEqual(ids.map(([id]) => id));
	});
	it('know the eras that the table has, and which of them are built', () => {
		const table = erasInTable();
		expect(table.eras).toEqual(Object.keys(eras).filter(isBuiltEra));
		expect(table.eras).toContain(read('').era);
		expect([...table.eras, ...table.laterEras].sort()).toEqual(Object.keys(eras).sort());
		for (const era of table.eras) expect(read(`--era ${era}`).era).toBe(era);
		for (const era of table.laterEras) {
			const { message, exitCode } = refusal(`--era ${era}`);
			expect(message).toMatch(
				/^Era [^\n]* comes with a later version of Execscope; this one has .*\.$/
			);
			expect(exitCode).toBe(2);
		}
	});
	it('refuse one port for both', () => {
		expect(refusal('--port 9000 --apiserver-port 9000')).toMatchObject({
			message: '--port and --apiserver-port cannot both be 9000.',
			exitCode: 2
		});
		expect(read('--port 0 --apiserver-port 0')).toMatchObject({ port: 0, apiserverPort: 0 });
	});
});
