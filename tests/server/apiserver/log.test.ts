import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakeKubelet, testApiserver } from './support.ts';
import { registered } from './upgrades.ts';

let api: Awaited<ReturnType<typeof testApiserver>>;
const closing: (() => Promise<void>)[] = [];
beforeEach(async () => {
	api = await testApiserver();
});
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
	await api.close();
});

async function kubelet(act: Parameters<typeof fakeKubelet>[0]) {
	const fake = await fakeKubelet(act);
	closing.push(fake.close);
	await registered(api, fake.port);
	return fake;
}

const answering = (status: string, body: string) =>
	kubelet((socket) => {
		socket.end(`HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
	});
const log = (query = '', pod = 'nginx') =>
	api.client.ask(api.admin, `GET /api/v1/namespaces/default/pods/${pod}/log${query}`);

test('asks the kubelet by a GET with the same options, and hands its body on', async () => {
	const fake = await answering('200 OK', 'one\ntwo\n');
	const { status, text, headers } = await log(
		'?tailLines=5&follow=true&sinceTime=2020-01-25T18:47:52Z&container=nginx'
	);
	expect([status, text, headers['content-type']]).toEqual([200, 'one\ntwo\n', 'text/plain']);
	expect(fake.heads[0]!.split('\r\n')[0]).toBe(
		'GET /containerLogs/default/nginx/nginx?follow=true&sinceTime=2020-01-25T18%3A47%3A52Z&tailLines=5 HTTP/1.1'
	);
	const from = api.trace.said.findIndex(({ id }) => id === 'get-log');
	expect(api.trace.said.slice(from).map(({ id }) => id)).toEqual([
		...['get-log', 'authorize', 'log-location', 'kubelet-log', 'get-log:reply']
	]);
});

test.each([
	['400 Bad Request', 'is waiting to start', 400, 'BadRequest', 'is waiting to start'],
	[
		'404 Not Found',
		'pod "nginx" does not exist\n',
		404,
		'NotFound',
		'the server could not find the requested resource ( pods/log nginx)'
	],
	['500 Internal Server Error', 'oh', 500, 'InternalError', 'Internal error occurred: oh'],
	[
		'405 Method Not Allowed',
		'Debug endpoints are disabled.\n',
		405,
		'MethodNotAllowed',
		'the server does not allow this method on the requested resource ( pods/log nginx)'
	]
])('makes a Status of %s', async (line, body, code, reason, message) => {
	await answering(line, body);
	const { status, text } = await log();
	expect(status).toBe(code);
	expect(JSON.parse(text)).toMatchObject({ kind: 'Status', reason, message });
});

test('says what is wrong with the options', async () => {
	await answering('200 OK', '');
	expect(JSON.parse((await log('?tailLines=x')).text)).toMatchObject({
		...{ code: 400, message: 'strconv.ParseInt: parsing "x": invalid syntax' }
	});
	expect(JSON.parse((await log('?limitBytes=0')).text)).toMatchObject({
		code: 422,
		message:
			'PodLogOptions "nginx" is invalid: limitBytes: Invalid value: 0: must be greater than 0'
	});
});

test('finds pod, container and node before it asks', async () => {
	expect(JSON.parse((await log('', 'nope')).text)).toMatchObject({ code: 404 });
	expect(JSON.parse((await log('?container=nope')).text)).toMatchObject({
		...{ code: 400, message: 'container nope is not valid for pod nginx' }
	});
	expect(JSON.parse((await log('', 'web')).text)).toMatchObject({
		code: 400,
		message: 'a container name must be specified for pod web, choose one of: [app sidecar]'
	});
	expect((await log('', 'unscheduled')).status).toBe(204);
	expect(JSON.parse((await log()).text)).toMatchObject({ code: 404 });
});

test('ends as if there were no more when the kubelet breaks off', async () => {
	await kubelet((socket) => {
		socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
		setTimeout(() => socket.destroy(), 50);
	});
	expect(await log()).toMatchObject({ status: 200, text: 'half' });
});

test('leaves the kubelet when the client leaves', async () => {
	let left = false;
	await kubelet((socket) => {
		socket.on('end', () => (left = true)).resume();
		socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n');
	});
	const socket = await api.client.raw(api.admin);
	socket.write(
		'GET /api/v1/namespaces/default/pods/nginx/log?follow=true HTTP/1.1\r\nHost: a\r\n\r\n'
	);
	let text = '';
	socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
	await expect.poll(() => text).toContain('hello');
	expect(left).toBe(false);
	socket.destroy();
	await expect.poll(() => left).toBe(true);
});
