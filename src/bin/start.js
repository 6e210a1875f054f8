// `npm start`. Only syntax that an old Node can still parse stands here, so that it can say what is wrong.
const version = process.versions.node.split('.');
const [major, minor] = [Number(version[0]), Number(version[1])];

if (major < 20 || (major === 20 && minor < 19)) {
	process.stderr.write(
		`Execscope needs Node.js 20.19 or newer, but this is ${process.versions.node} (${process.execPath}).
Install a newer Node.js from your system or from https://nodejs.org and run npm start again.
`
	);
	process.exitCode = 1;
} else {
	import('./main.js').then((program) => program.main(process.argv.slice(2)));
}
