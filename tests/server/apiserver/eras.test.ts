import { afterEach, describe, expect, it } from 'vitest';
import { versionInfo } from '../../../src/lib/server/apiserver/discovery.ts';
import { eras, type EraId } from '../../../src/lib/trace/eras.ts';
import { testApiserver } from './support.ts';

let api: Awaited<ReturnType<typeof testApiserver>>;
afterEach(() => api.close());

const pods = '/api/v1/namespaces/default/pods';
const asTable = { Accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };
const body = { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'one' }, spec: { containers: [] } };

describe.each(Object.keys(eras) as EraId[])('the API server in era %s', (era) => {
	it('is of its release, by number and commit', async () => {
		api = await testApiserver({ era });
		const { text } = await api.client.ask(api.admin, 'GET /version');
		const info = JSON.parse(text) as ReturnType<typeof versionInfo>;
		expect(info).toEqual(versionInfo(era));
		expect(info.gitVersion).toBe(`v${eras[era].version}`);
		expect(info.gitCommit).toMatch(/^[0-9a-f]{40}$/);
		expect('emulationMinor' in info).toBe(Number(info.minor) >= 33);
	});

	it('gives objects a selfLink, or none, whatever is asked', async () => {
		api = await testApiserver({ era });
		const made = { ...body, spec: { containers: [{ name: 'a', image: 'nginx' }] } };
		const answers = [
			await api.client.ask(api.admin, `POST ${pods}`, { body: made }),
			await api.client.ask(api.admin, `GET ${pods}/one`),
			await api.client.ask(api.admin, `GET ${pods}`),
			await api.client.ask(api.admin, `GET ${pods}`, { headers: asTable }),
			await api.client.ask(api.admin, `GET ${pods}?watch=true&timeoutSeconds=1`),
			await api.client.ask(api.admin, `DELETE ${pods}/one`)
		];
		for (const { status, text } of answers) {
			expect(status).toBeLessThan(300);
			expect(text.includes('"selfLink"')).toBe(eras[era].selfLink);
		}
	});

	it('names containers to choose from in the words of its release', async () => {
		const containers = ['a', 'b'].map((name) => ({ name, image: 'nginx' }));
		const initContainers = [{ name: 'i', image: 'busybox' }];
		const metadata = { name: 'one', namespace: 'default' };
		const pod = { ...body, metadata, spec: { containers, initContainers, nodeName: 'node-1' } };
		api = await testApiserver({ era, pods: [pod] });
		const { text } = await api.client.ask(api.admin, `POST ${pods}/one/exec?command=date`);
		const offers = { old: '[a b] or one of the init containers: [i]', new: '[i a b]' };
		expect(JSON.parse(text)).toMatchObject({
			message: `a container name must be specified for pod one, choose one of: ${offers[eras[era].chooseText]}`
		});
	});
});
