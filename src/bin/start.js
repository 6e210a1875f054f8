// `npm start`, on whatever Node there is.
import { isOldNode } from './old-node.js';

if (isOldNode(process.versions.node, 'npm start')) process.exitCode = 1;
else import('./main.js').then((program) => program.main(process.argv.slice(2)));
