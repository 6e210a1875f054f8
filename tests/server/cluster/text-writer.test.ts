import { expect, it } from 'vitest';
import { textWriter } from '../../../src/lib/server/cluster/text-writer.ts';

it('puts a character together that was cut, and loses none that is cut at the end', async () => {
	const said: string[] = [];
	const writer = textWriter((text) => said.push(text));
	writer.write(Uint8Array.of(0xe8, 0xbf));
	writer.write(Uint8Array.of(0x90, 0x61));
	writer.write(Uint8Array.of(0xe8, 0xbf));
	await new Promise<void>((resolve) => writer.end(resolve));
	expect(said).toEqual(['运a', '\uFFFD']);
});
