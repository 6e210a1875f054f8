import { afterEach, beforeEach, expect, test } from 'vitest';
import { startFakeStreaming, startWorld, type World } from '../server/kubelet/fakes.ts';

/** A runtime may say where a stream is served; the kubelet goes there itself, with whatever the user sends. */
type Streaming = Awaited<ReturnType<typeof startFakeStreaming>>;

let world: World;
let own: Streaming;
let victim: Streaming;
/** Connections that either of them got. */
let reached: string[];
beforeEach(async () => {
	reached = [];
	const reach = (who: string) => (socket: { end(): void }) => {
		reached.push(who);
		socket.end();
	};
	own = await startFakeStreaming(reach('own'));
	victim = await startFakeStreaming(reach('victim'));
	world = await startWorld({ criHandler: own.address, era: () => '1.15-proxy' });
});
afterEach(async () => {
	await world.close();
	own.close();
	victim.close();
});

const portOf = ({ address }: Streaming) => (address.kind === 'tcp' ? address.port : 0);
const exec = '/exec/default/nginx/nginx?command=date&output=1';

async function answerTo(url: string) {
	world.answers['Exec'] = () => ({ url });
	return world.ask({ path: exec, upgrade: true });
}

test('goes to the streaming server of its own node', async () => {
	await answerTo(`http://127.0.0.1:${portOf(own)}/exec/k3Jw9aB_`);
	expect(reached).toEqual(['own']);
});

test.each([
	['another port of this machine', 'http://127.0.0.1:VICTIM/exec/k3Jw9aB_'],
	['another name of this machine', 'http://localhost:OWN/exec/k3Jw9aB_'],
	['its other family', 'http://[::1]:OWN/exec/k3Jw9aB_'],
	['TLS', 'https://127.0.0.1:OWN/exec/k3Jw9aB_'],
	['another machine', 'http://192.0.2.1:OWN/exec/k3Jw9aB_'],
	['a name that begins like this machine', 'http://127.0.0.1.evil.example:OWN/exec/k3Jw9aB_'],
	['another host behind a user name', 'http://127.0.0.1:OWN@192.0.2.1/exec/k3Jw9aB_'],
	['no port', 'http://127.0.0.1/exec/k3Jw9aB_'],
	['a socket', 'unix:///run/docker.sock'],
	['a file', 'file:///etc/passwd'],
	['a path alone', '/cri/exec/k3Jw9aB_'],
	['what is no URL', 'http://']
])('does not go where its runtime sends it: %s', async (_what, template) => {
	const url = template
		.replace('VICTIM', String(portOf(victim)))
		.replace('OWN', String(portOf(own)));
	const { status, body } = await answerTo(url);
	expect({ status, body }).toEqual({
		status: 502,
		body: `stream at ${url} refused: no streaming server of this node there\n`
	});
	expect(reached).toEqual([]);
	expect(world.trace.said.some(({ id }) => id === 'kubelet-proxy')).toBe(false);
});

test('has no handler under /cri/', async () => {
	const answer = await world.ask({ method: 'GET', path: '/cri/exec/k3Jw9aB_', upgrade: true });
	expect(answer).toMatchObject({ status: 404, body: '404: Page Not Found' });
	expect(reached).toEqual([]);
});
