import { mayRead } from '$lib/server/guard';
import { headerLine } from '$lib/trace/event';
import { error, type RequestHandler } from '@sveltejs/kit';
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';

/** A header line is a few hundred bytes; a first line longer than this is no recording. */
const longestHeaderBytes = 64 * 1024;

/** Hands out one recording as it is on the disk now, to whom its owner lets read it. */
export const GET: RequestHandler = async ({ params, locals }) => {
	const id = params.id ?? '';
	if (!locals.recordings || !/^\w[\w.:-]*$/.test(id)) error(404, 'No such recording.');
	const file = await open(path.join(locals.recordings, `${id}.execscope`)).catch(() => undefined);
	if (!file) error(404, 'No such recording.');
	const owner = await ownerOf(file).catch(() => undefined);
	if (owner === undefined || !mayRead(locals.role, owner)) {
		await file.close();
		error(404, 'No such recording.');
	}
	return new Response(Readable.toWeb(file.createReadStream({ start: 0 })) as ReadableStream, {
		headers: {
			'Content-Type': 'application/x-execscope+ndjson',
			'Content-Disposition': `attachment; filename="${id}.execscope"`,
			'Cache-Control': 'no-store'
		}
	});
};

async function ownerOf(file: FileHandle): Promise<string | undefined> {
	const { buffer, bytesRead } = await file.read({
		buffer: Buffer.alloc(longestHeaderBytes),
		position: 0
	});
	const first = buffer.subarray(0, bytesRead).toString('utf8').split('\n', 1)[0] ?? '';
	return headerLine.parse(JSON.parse(first)).owner;
}
