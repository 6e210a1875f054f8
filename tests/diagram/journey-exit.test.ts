import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { followExit } from '../../src/lib/diagram/journey-exit.ts';
import { readRecording } from '../../src/lib/recording/reader.ts';
import { exitCodeStatus, internalErrorStatus } from '../../src/lib/wire/remote-command/status.ts';

const fixture = (name: string) =>
	readFileSync(`tests/fixtures/recordings/${name}.execscope`, 'utf8');
const exitOf = (name: string, edit = (text: string) => text) =>
	followExit(readRecording(name, edit(fixture(name))));
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

const way = [
	'container>engine',
	'dockershim>engine',
	'engine>dockershim',
	'dockershim>streaming',
	'streaming>kubelet',
	'kubelet>apiserver',
	'apiserver>kubectl',
	'kubectl>kubectl'
];

it.each(['shell', 'date', 'kubectl-1.36'])('%s: 0 is a word in the Status', (name) => {
	const journey = exitOf(name);
	expect(journey?.settled).toBe(true);
	expect(journey?.hops.map(({ from, to }) => `${from}>${to}`)).toEqual(way);
	expect(journey?.hops.map((hop) => hop.says && [hop.says.value, hop.says.path])).toEqual([
		['0', ''],
		undefined,
		['0', 'ExitCode'],
		['0', ''],
		['Success', 'status'],
		['Success', 'status'],
		['Success', 'status'],
		['0', '$?']
	]);
});

it('marks where in the JSON the code stands', () => {
	for (const hop of exitOf('date')?.hops ?? []) {
		if (!hop.says?.mark) continue;
		expect(hop.says.text.slice(...hop.says.mark)).toBe(hop.says.value);
		expect(hop.layers.at(-1)).toBe('json');
	}
	expect(exitOf('date')?.hops[2]?.says?.text).toContain('"Running":false,"ExitCode":0');
});

/** The same run, had the command ended otherwise. */
const endedWith = (code: number | null, status: string) => (recording: string) =>
	recording
		.replace('"exitCode":0,"reason":"Success"', '"reason":"edited"')
		.replaceAll('"exitCode":0', `"exitCode":${code}`)
		.replaceAll('\\"ExitCode\\":0', `\\"ExitCode\\":${code}`)
		.replace(/"text":"(?:[^"\\]|\\.)*Success[^}]*}"/, () => `"text":${JSON.stringify(status)}`)
		.replace('"code":0,"reason":"Success"', `"code":${code},"reason":"edited"`);

it('shows a code other than 0 as the message of a cause', () => {
	const status = text(exitCodeStatus(3, 'Error executing in Docker Container: 3'));
	const hops = exitOf('date', endedWith(3, status))?.hops ?? [];
	expect(hops.map((hop) => hop.says?.value)).toEqual([
		'3',
		undefined,
		'3',
		'3',
		'3',
		'3',
		'3',
		'3'
	]);
	const { says } = hops[4]!;
	expect(says?.path).toBe('details.causes[0].message');
	expect(says?.text.slice(0, says.mark![0])).toMatch(/"reason":"ExitCode","message":"$/);
});

it('says the reason where there is no code', () => {
	const hops = exitOf('date', endedWith(null, text(internalErrorStatus('no such file'))))?.hops;
	expect(hops?.map((hop) => hop.says?.value).slice(4)).toEqual([
		'InternalError',
		'InternalError',
		'InternalError',
		undefined
	]);
});

it('believes no Status that is none', () => {
	for (const status of ['', '[]', '{"details":7}', '{"details":{"causes":[null]}}', 'not JSON'])
		expect(exitOf('date', endedWith(3, status))?.hops).toHaveLength(way.length);
});

it('is none where no command ended', () => {
	expect(exitOf('refused')).toBeUndefined();
	expect(exitOf('boot')).toBeUndefined();
});

it('comes a hop at a time', () => {
	const lines = fixture('shell').split('\n');
	const at = (marker: string) => lines.findIndex((line) => line.includes(marker));
	const upTo = (marker: string) => () => `${lines.slice(0, at(marker)).join('\n')}\n`;
	expect(exitOf('shell', upTo('"docker-inspect-exec"'))?.hops).toHaveLength(1);
	expect(exitOf('shell', upTo('"s":"exit-status"'))?.hops).toHaveLength(3);
	expect(exitOf('shell', upTo('"k":"exit"'))).toMatchObject({ settled: false });
});
