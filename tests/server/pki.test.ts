import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { X509Certificate } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPki } from '../../src/lib/server/pki.ts';

let dir: string;
beforeEach(async () => {
	dir = await mkdtemp(path.join(os.tmpdir(), 'execscope-pki-'));
});
afterEach(() => rm(dir, { recursive: true }));

const mode = async (name: string) => (await stat(path.join(dir, name))).mode & 0o777;

describe('openPki', () => {
	it('keeps the CA of the folder from one start to the next', async () => {
		const first = await openPki(dir);
		const second = await openPki(dir);
		expect(second.ca).toEqual(first.ca);
		expect(new X509Certificate(first.ca.cert).ca).toBe(true);
	});

	it('keeps keys to the owner', async () => {
		const pki = await openPki(dir);
		await pki.publish(
			'apiserver-kubelet-client',
			await pki.issue({ cn: 'kube-apiserver-kubelet-client', o: 'system:masters', usage: 'client' })
		);
		expect(await mode('.')).toBe(0o700);
		expect(await mode('ca.key')).toBe(0o600);
		expect(await mode('apiserver-kubelet-client.key')).toBe(0o600);
		expect(await readFile(path.join(dir, 'ca.crt'), 'utf8')).toBe(pki.ca.cert);
	});

	it('makes a new CA when the files are damaged or do not belong together', async () => {
		const first = await openPki(dir);
		await writeFile(path.join(dir, 'ca.crt'), 'garbage');
		const second = await openPki(dir);
		expect(second.ca.cert).not.toBe(first.ca.cert);
		await writeFile(path.join(dir, 'ca.key'), first.ca.key);
		const third = await openPki(dir);
		expect(third.ca.cert).not.toBe(second.ca.cert);
	});
});

describe('issue', () => {
	it('names user and group as Kubernetes reads them, and says what the key is for', async () => {
		const pki = await openPki(dir);
		const { cert } = await pki.issue({
			cn: 'system:node:node-1',
			o: 'system:nodes',
			usage: 'client'
		});
		const certificate = new X509Certificate(cert);
		expect(certificate.subject).toBe('O=system:nodes\nCN=system:node:node-1');
		expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
		expect(certificate.ca).toBe(false);
		expect(certificate.checkIssued(new X509Certificate(pki.ca.cert))).toBe(true);
		expect(certificate.serialNumber).toMatch(/^[4-7]/);
	});

	it('is accepted by Node on both ends of TLS', async () => {
		const pki = await openPki(dir);
		const served = await pki.issue({
			cn: 'node-1',
			ips: ['127.0.0.1', '::1'],
			dns: ['localhost'],
			usage: 'server'
		});
		const client = await pki.issue({ cn: 'admin', o: 'system:masters', usage: 'client' });
		const seen = new Promise<boolean>((resolve) => {
			const server = tls.createServer(
				{ ...served, ca: pki.ca.cert, requestCert: true, rejectUnauthorized: false },
				(socket) => {
					resolve(socket.authorized);
					socket.end();
					server.close();
				}
			);
			server.listen(0, '127.0.0.1', () => {
				const { port } = server.address() as AddressInfo;
				const socket = tls.connect({ host: '127.0.0.1', port, ...client, ca: pki.ca.cert });
				socket.resume();
			});
		});
		expect(await seen).toBe(true);
	});
});
