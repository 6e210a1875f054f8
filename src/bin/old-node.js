/**
 * Says so when this Node.js is too old, and whether it is. Here and in the files that import it before anything else
 * stands only syntax that an old Node can still parse.
 * @param {string} version as in process.versions.node
 * @param {string} command what to run again
 */
export function isOldNode(version, command) {
	const [major = 0, minor = 0] = version.split('.').map(Number);
	if (major > 20 || (major === 20 && minor >= 19)) return false;
	process.stderr.write(
		`Execscope needs Node.js 20.19 or newer, but this is ${version} (${process.execPath}).
Install a newer Node.js from your system or from https://nodejs.org and run ${command} again.
`
	);
	return true;
}
