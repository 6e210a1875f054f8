import grpc from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { Dropped, type Run, type Trace } from '../../../src/lib/trace/trace.ts';
import { quietTrace } from '../../support/quiet-trace.ts';
import { openExec, testShim, text, upgrade } from './shim.ts';

/** A quiet trace whose driver drops what is held at `id`. */
function dropping(id: string): ReturnType<typeof quietTrace> {
	const quiet = quietTrace();
	const dropped = (step: string) => {
		if (step === id) throw new Dropped(step);
	};
	const wrap = (run: Run): Run => ({
		...run,
		step: async (step, message) => (dropped(step), run.step(step, message)),
		reply: async (request, message) => run.reply(request, message),
		call: async (step, call) => (dropped(step), run.call(step, call))
	});
	const receive: Trace['receive'] = async (found) => {
		const received = await quiet.receive(found);
		return { ...received, run: wrap(received.run) };
	};
	return { ...quiet, receive };
}

const request = { container_id: 'c1', cmd: ['cat'], stdin: true, stdout: true };

describe('a hold that is dropped', () => {
	it.each(['check-container', 'cache-insert', 'token-url'])(
		'at %s ends the CRI call as if the shim had gone',
		async (id) => {
			const shim = await testShim({ trace: dropping(id) });
			await expect(shim.call('Exec', request)).rejects.toMatchObject({
				code: grpc.status.UNAVAILABLE
			});
		}
	);

	it.each(['token-consume', 'serve-exec', 'switching-protocols'])(
		'at %s closes the connection without an answer',
		async (id) => {
			const shim = await testShim({ trace: dropping(id) });
			const { url } = await shim.call<{ url: string }>('Exec', request);
			expect((await upgrade(shim.streaming, url)).head).toBe('');
		}
	);

	it('at stream-open closes the connection before the reply', async () => {
		const shim = await testShim({ trace: dropping('stream-open') });
		const { url } = await shim.call<{ url: string }>('Exec', request);
		await expect(openExec(shim.streaming, url, ['error'])).rejects.toThrow('connection closed');
	});

	it.each(['docker-create-exec', 'docker-start-exec', 'io', 'docker-inspect-exec', 'exit-status'])(
		'at %s closes the connection without a status',
		async (id) => {
			const shim = await testShim({ trace: dropping(id) });
			const { url } = await shim.call<{ url: string }>('Exec', request);
			const types = ['error', 'stdin', 'stdout'];
			const { connection, streams } = await openExec(shim.streaming, url, types);
			await streams['stdin']!.write(Buffer.from('x')).catch(() => {});
			streams['stdin']!.end();
			expect(await text(streams['error'])).toBe('');
			await connection.closed;
			connection.close();
			while (shim.docker.connections > 0) await new Promise((resolve) => setImmediate(resolve));
		}
	);
});
