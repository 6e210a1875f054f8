import type * as Crypto from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { createGuard } from '../../src/lib/server/guard.ts';
import { clientConfig } from '../../src/lib/server/kubeconfig.ts';
import { testShim } from '../server/dockershim/shim.ts';
import { startLab } from '../support/lab.ts';

/**
 * Whoever guesses a secret. That a text looks random proves nothing: each secret must be, whole, what the system's own
 * generator gave, and as long as it is said to be.
 */
const drawn = new Map<string, number>();
vi.mock('node:crypto', async (original) => {
	const crypto = await original<typeof Crypto>();
	const randomBytes = (size: number) => {
		const bytes = crypto.randomBytes(size);
		drawn.set(bytes.toString('base64url'), size);
		return bytes;
	};
	return { ...crypto, randomBytes };
});

function expectDrawn(secrets: string[], bytes: number): void {
	expect(secrets.map((secret) => drawn.get(secret))).toEqual(secrets.map(() => bytes));
	expect(new Set(secrets).size).toBe(secrets.length);
}

it('every link, cookie and ticket is 256 bits of the system', () => {
	const guard = createGuard({ port: 8080 });
	const secrets: string[] = [];
	for (let i = 0; i < 3; i++) {
		const token = guard.link().split('#t=')[1]!;
		const signed = guard.signIn(token);
		if (!('cookie' in signed)) throw new Error(signed.message);
		const cookie = `${guard.cookieName}=${signed.cookie}`;
		const made = guard.ticket({ host: '127.0.0.1:8080', cookie, 'x-execscope': '1' });
		if (!('ticket' in made)) throw new Error(made.message);
		secrets.push(token, signed.cookie, made.ticket);
	}
	expectDrawn(secrets, 32);
});

it('every token of a stream is 48 bits of the system', async () => {
	const shim = await testShim();
	const urls: string[] = [];
	for (let i = 0; i < 3; i++) {
		const asked = { container_id: 'c1', cmd: ['date'], stdout: true };
		urls.push((await shim.call<{ url: string }>('Exec', asked)).url);
	}
	expectDrawn(
		urls.map((url) => url.split('/').at(-1)!),
		6
	);
});

it('every token of the kubeconfig is 192 bits of the system, anew at each start', async () => {
	const tokens: string[] = [];
	for (let i = 0; i < 2; i++) {
		const lab = await startLab();
		for (const context of ['dev', 'nobody'])
			tokens.push(clientConfig(lab.cluster.kubeconfig!, context).token!);
		await lab.close();
	}
	expectDrawn(tokens, 24);
});
