/**
 * The cluster's own certificate authority: what `kubeadm init phase certs` makes. One CA for everybody (upstream
 * may use several), ECDSA P-256; the CA is kept in its folder, leaf certificates are made new at every start.
 */
import 'reflect-metadata';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as x509 from '@peculiar/x509';

/** A certificate and its private key (PKCS #8), both PEM. */
export interface KeyPair {
	cert: string;
	key: string;
}

interface CertificateRequest {
	/** Common name: what Kubernetes takes for the user name. */
	cn: string;
	/** Organization: what Kubernetes takes for the user's group. */
	o?: string;
	ips?: string[];
	dns?: string[];
	usage: 'server' | 'client';
}

export interface Pki {
	ca: KeyPair;
	/** Makes a key and a certificate for it, signed by the CA. */
	issue(request: CertificateRequest): Promise<KeyPair>;
	/** Writes `<name>.crt` and `<name>.key` (0600) into the folder, each by rename. */
	publish(name: string, pair: KeyPair): Promise<void>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const day = 24 * 60 * 60 * 1000;
const caDays = 10 * 365;
const leafDays = 365;
/** A clock that was set back a little, as on a laptop that woke up, must not make certificates "not yet valid". */
const backdatedMs = 60 * 60 * 1000;

x509.cryptoProvider.set(crypto);

/**
 * Opens the PKI folder (made 0700 if need be): reads its CA, or makes one when there is none, when it does not parse,
 * or when it will not outlive the leaf certificates of this start.
 */
export async function openPki(dir: string): Promise<Pki> {
	await mkdir(dir, { recursive: true, mode: 0o700 });
	await chmod(dir, 0o700);
	const authority = (await readAuthority(dir)) ?? (await makeAuthority(dir));
	return {
		ca: authority.pair,
		issue: (request) => issue(authority, request),
		publish: (name, pair) => publish(dir, name, pair)
	};
}

interface Authority {
	pair: KeyPair;
	certificate: x509.X509Certificate;
	key: CryptoKey;
}

async function readAuthority(dir: string): Promise<Authority | undefined> {
	const read = (name: string) => readFile(path.join(dir, name), 'utf8').catch(() => undefined);
	const [cert, key] = [await read('ca.crt'), await read('ca.key')];
	if (cert === undefined || key === undefined) return undefined;
	try {
		const certificate = new x509.X509Certificate(cert);
		if (certificate.notAfter.getTime() < Date.now() + leafDays * day) return undefined;
		const imported = await crypto.subtle.importKey(
			'pkcs8',
			x509.PemConverter.decodeFirst(key),
			algorithm,
			false,
			['sign']
		);
		if (!(await belongTogether(certificate, imported))) return undefined;
		await chmod(path.join(dir, 'ca.key'), 0o600);
		return { pair: { cert, key }, certificate, key: imported };
	} catch {
		// Not a certificate or not a key: nothing that we could sign with, so a new CA takes its place.
		return undefined;
	}
}

/** False when the key file is not that of the certificate: a half-written or hand-edited folder. */
async function belongTogether(certificate: x509.X509Certificate, key: CryptoKey): Promise<boolean> {
	const probe = new TextEncoder().encode('probe');
	const signature = await crypto.subtle.sign(algorithm, key, probe);
	const publicKey = await certificate.publicKey.export(algorithm, ['verify'], crypto);
	return crypto.subtle.verify(algorithm, publicKey, signature, probe);
}

async function makeAuthority(dir: string): Promise<Authority> {
	const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
	const certificate = await x509.X509CertificateGenerator.createSelfSigned({
		serialNumber: serialNumber(),
		name: [{ CN: ['execscope-ca'] }],
		...validity(caDays),
		signingAlgorithm: algorithm,
		keys,
		extensions: [
			new x509.BasicConstraintsExtension(true, 0, true),
			new x509.KeyUsagesExtension(
				x509.KeyUsageFlags.keyCertSign |
					x509.KeyUsageFlags.cRLSign |
					x509.KeyUsageFlags.digitalSignature,
				true
			),
			await x509.SubjectKeyIdentifierExtension.create(keys.publicKey)
		]
	});
	const pair = { cert: pem(certificate), key: await exportKey(keys.privateKey) };
	await publish(dir, 'ca', pair);
	return { pair, certificate, key: keys.privateKey };
}

async function issue(authority: Authority, request: CertificateRequest): Promise<KeyPair> {
	const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
	const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;
	const names: x509.JsonGeneralNames = [
		...(request.ips ?? []).map((value) => ({ type: 'ip' as const, value })),
		...(request.dns ?? []).map((value) => ({ type: 'dns' as const, value }))
	];
	const certificate = await x509.X509CertificateGenerator.create({
		serialNumber: serialNumber(),
		subject: [...(request.o ? [{ O: [request.o] }] : []), { CN: [request.cn] }],
		issuer: authority.certificate.subject,
		...validity(leafDays),
		signingAlgorithm: algorithm,
		publicKey: keys.publicKey,
		signingKey: authority.key,
		extensions: [
			new x509.BasicConstraintsExtension(false, undefined, true),
			new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
			new x509.ExtendedKeyUsageExtension([request.usage === 'server' ? serverAuth : clientAuth]),
			await x509.AuthorityKeyIdentifierExtension.create(authority.certificate, false, crypto),
			...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : [])
		]
	});
	return { cert: pem(certificate), key: await exportKey(keys.privateKey) };
}

async function publish(dir: string, name: string, pair: KeyPair): Promise<void> {
	await replace(path.join(dir, `${name}.key`), pair.key);
	await replace(path.join(dir, `${name}.crt`), pair.cert);
}

async function replace(file: string, content: string): Promise<void> {
	const temporary = `${file}.${process.pid}`;
	await writeFile(temporary, content, { mode: 0o600 });
	await rename(temporary, file);
}

function validity(days: number): { notBefore: Date; notAfter: Date } {
	const now = Date.now();
	return { notBefore: new Date(now - backdatedMs), notAfter: new Date(now + days * day) };
}

/** 127 random bits with the top one clear and the next one set: Go refuses negative serial numbers. */
function serialNumber(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	bytes[0] = (bytes[0]! & 0x3f) | 0x40;
	return Buffer.from(bytes).toString('hex');
}

function pem(certificate: x509.X509Certificate): string {
	return `${certificate.toString('pem')}\n`;
}

async function exportKey(key: CryptoKey): Promise<string> {
	const pkcs8 = await crypto.subtle.exportKey('pkcs8', key);
	return `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`;
}
