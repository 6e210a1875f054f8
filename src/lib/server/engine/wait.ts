/** `docker wait`: the head at once, the exit code when the condition is met (moby container_routes.go postContainersWait). */
import { goJson } from './answers.ts';
import { DockerError } from './docker-error.ts';
import type { Call, Engine, Told } from './routes.ts';

const conditions = ['not-running', 'next-exit', 'removed'];

export function wait({ state }: Engine, { key, query }: Call): Told {
	const condition = query.get('condition') || 'not-running';
	if (!conditions.includes(condition))
		throw new DockerError(400, `invalid condition: ${JSON.stringify(condition)}`);
	const container = state.container(key);
	const action = condition === 'removed' ? 'destroy' : 'die';
	// Before the head is sent: a client starts the container once it has that.
	let met = condition === 'not-running' && !container.running;
	let goOn = () => {};
	const stop = state.events.listen((event) => {
		if (event.id !== container.id || event.action !== action) return;
		met = true;
		stop();
		goOn();
	});
	return {
		status: 200,
		type: 'application/json',
		facts: { containerId: container.id, condition },
		async pour(body, signal) {
			if (!met && !signal.aborted)
				await new Promise<void>((resolve) => {
					goOn = resolve;
					signal.addEventListener('abort', () => resolve());
				});
			stop();
			if (met) body.write(goJson({ Error: null, StatusCode: container.state.exitCode }));
		}
	};
}
