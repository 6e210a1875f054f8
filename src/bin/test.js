// `npm test`, on whatever Node there is.
import { isOldNode } from './old-node.js';

if (isOldNode(process.versions.node, 'npm test')) {
	process.stdout.write('0 passed, 1 failed\n');
	process.exitCode = 1;
} else import('./run-tests.js').then((program) => program.runTests(process.argv.slice(2)));
