import { check } from './check.js';
import { readOptions } from './flags.js';
import { report } from './problem.js';
import { build, exclusively, install, stopChildren } from './setup.js';
import { serve, watchParent } from './server.js';

/**
 * `npm start`: judges the flags, sets up what is missing, then serves in this same process, so that ending it
 * ends everything.
 * @param {string[]} argv
 */
export async function main(argv) {
	const interrupted = () => {
		stopChildren();
		process.exit(130);
	};
	const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
	try {
		const options = readOptions(argv, process.env);
		if (options.check) return await check(options);
		for (const signal of signals) process.on(signal, interrupted);
		const unwatch = watchParent(interrupted);
		await exclusively(async () => {
			await install('start');
			await build();
		});
		unwatch();
		for (const signal of signals) process.off(signal, interrupted);
		await serve(options);
	} catch (error) {
		process.exit(report(error));
	}
}
