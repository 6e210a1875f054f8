import { opcodes } from '../../src/lib/wire/websocket/websocket-decoder.ts';

export { opcodes };

export interface FrameOptions {
	opcode?: number;
	fin?: boolean;
	mask?: Uint8Array | undefined;
}

/** A WebSocket frame: binary and final where nothing else is said, with the shortest length. */
export function frame(
	data: Uint8Array,
	{ opcode = opcodes.binary, fin = true, mask }: FrameOptions = {}
): Uint8Array {
	const { length } = data;
	const short = length < 126 ? length : length < 65_536 ? 126 : 127;
	const long = Buffer.alloc(short < 126 ? 0 : short === 126 ? 2 : 8);
	if (short === 126) long.writeUInt16BE(length);
	if (short === 127) long.writeBigUInt64BE(BigInt(length));
	const head = [(fin ? 0x80 : 0) | opcode, (mask ? 0x80 : 0) | short, ...long, ...(mask ?? [])];
	const body = mask ? data.map((byte, at) => byte ^ mask[at % 4]!) : data;
	return new Uint8Array([...head, ...body]);
}
