/** `kubectl version` of 1.15: client and server, long, `--short`, JSON or YAML. */
import type { CommandContext } from './command-context.ts';
import { printJson, printYaml } from './object-printers.ts';

/** version.Info, in the order of the Go struct. */
interface Info {
	major: string;
	minor: string;
	gitVersion: string;
	gitCommit: string;
	gitTreeState: string;
	buildDate: string;
	goVersion: string;
	compiler: string;
	platform: string;
}

/** What a kubectl 1.15.0 for Linux says of itself: this one behaves as it, and is another program. */
const clientVersion: Info = {
	major: '1',
	minor: '15',
	gitVersion: 'v1.15.0',
	gitCommit: 'e8462b5b5dc2584fdcd18e6bcfe9f1e4d970a529',
	gitTreeState: 'clean',
	buildDate: '2019-06-19T16:40:16Z',
	goVersion: 'go1.12.5',
	compiler: 'gc',
	platform: 'linux/amd64'
};

export async function runVersion(context: CommandContext): Promise<void> {
	const { flags, client, out } = context;
	const output = flags.text('output');
	if (!['', 'json', 'yaml'].includes(output)) throw new Error("--output must be 'yaml' or 'json'");
	let server: Info | undefined;
	let failure: Error | undefined;
	if (!flags.bool('client')) {
		const query = [['timeout', '32s']] as const;
		try {
			// The answer of GET /version is a version.Info; a field that it lacks prints empty.
			server = (await client.json({ verb: 'GET', path: '/version', query })) as Info;
		} catch (error) {
			failure = error as Error;
		}
	}
	const both = { clientVersion, ...(server ? { serverVersion: server } : {}) };
	if (output === 'json') out(printJson(both, 2));
	else if (output === 'yaml') out(`${printYaml(both)}\n`);
	else {
		const show = (info: Info) => (flags.bool('short') ? info.gitVersion : goSyntax(info));
		out(`Client Version: ${show(clientVersion)}\n`);
		if (server) out(`Server Version: ${show(server)}\n`);
	}
	if (failure) throw failure;
}

/** Go's %#v. */
function goSyntax(info: Info): string {
	const fields = (Object.keys(clientVersion) as (keyof Info)[]).map(
		(key) => `${key[0]!.toUpperCase()}${key.slice(1)}:${JSON.stringify(info[key] ?? '')}`
	);
	return `version.Info{${fields.join(', ')}}`;
}
