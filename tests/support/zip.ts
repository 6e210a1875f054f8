import { inflateRawSync } from 'node:zlib';

/** Reads one file out of a zip archive by its central directory; undefined when it is not in there. */
export function unzip(archive: Buffer, name: string): Buffer | undefined {
	const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
	if (end < 0) throw new Error('not a zip archive');
	let at = archive.readUInt32LE(end + 16);
	for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
		const nameLength = archive.readUInt16LE(at + 28);
		const entry = archive.toString('utf8', at + 46, at + 46 + nameLength);
		if (entry === name) return inflate(archive, at);
		at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
	}
	return undefined;
}

function inflate(archive: Buffer, entry: number): Buffer {
	const method = archive.readUInt16LE(entry + 10);
	const size = archive.readUInt32LE(entry + 20);
	const local = archive.readUInt32LE(entry + 42);
	const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
	const data = archive.subarray(start, start + size);
	return method === 0 ? data : inflateRawSync(data);
}
