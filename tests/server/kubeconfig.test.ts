import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
	buildKubeconfig,
	clientConfig,
	formatKubeconfig,
	parseKubeconfig,
	writeKubeconfig
} from '../../src/lib/server/kubeconfig.ts';

const config = buildKubeconfig({
	server: 'https://127.0.0.1:6443',
	ca: 'CA PEM\n',
	admin: { cert: 'CERT PEM\n', key: 'KEY PEM\n' },
	tokens: { dev: 'dev-token', nobody: 'n' }
});

describe('kubeconfig', () => {
	it('has all contexts, admin being the current one', () => {
		expect(config['current-context']).toBe('admin');
		expect(config.contexts.map((each) => each.name)).toEqual([
			'admin',
			'dev',
			'nobody',
			'seed-1',
			'seed-2'
		]);
		expect(clientConfig(config)).toEqual({
			server: 'https://127.0.0.1:6443',
			ca: 'CA PEM\n',
			namespace: 'default',
			cert: 'CERT PEM\n',
			key: 'KEY PEM\n'
		});
		expect(clientConfig(config, 'dev')).toMatchObject({ token: 'dev-token' });
		expect(clientConfig(config, 'seed-2')).toMatchObject({ namespace: 'seed-2', key: 'KEY PEM\n' });
	});

	it('says which context is missing', () => {
		expect(() => clientConfig(config, 'prod')).toThrow('context "prod" does not exist');
	});

	it('reads back what it wrote, tokens that YAML takes for something else included', () => {
		expect(parseKubeconfig(formatKubeconfig(config))).toEqual(config);
		expect(formatKubeconfig(config)).toContain('token: "n"');
	});

	it('reads JSON', () => {
		expect(parseKubeconfig(JSON.stringify(config))).toEqual(config);
	});

	it('reads the form that kubectl writes', () => {
		const text = `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: Q0E=
    server: https://127.0.0.1:6443
  name: execscope
contexts:
- context:
    cluster: execscope
    user: 'it''s'
  name: a
current-context: a
kind: Config
preferences: {}
users:
- name: it's
  user:
    token: "1234"
`;
		expect(clientConfig(parseKubeconfig(text))).toEqual({
			server: 'https://127.0.0.1:6443',
			ca: 'CA',
			namespace: 'default',
			token: '1234'
		});
	});

	it('refuses what it cannot read, with the line', () => {
		expect(() => parseKubeconfig('kind: Config\nusers: [a, b]')).toThrow('line 2');
		expect(() => parseKubeconfig('kind: Pod')).toThrow('not a kubeconfig: kind is "Pod"');
	});

	it('is written for its owner alone', async () => {
		const dir = await mkdtemp(path.join(os.tmpdir(), 'execscope-kubeconfig-'));
		const file = path.join(dir, 'home', 'kubeconfig');
		await writeKubeconfig(file, config);
		expect((await stat(file)).mode & 0o777).toBe(0o600);
		expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700);
		expect(await readFile(file, 'utf8')).toBe(formatKubeconfig(config));
		await rm(dir, { recursive: true });
	});
});
