import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/**
 * Gives what is written to it as text: a character that two chunks share comes with the second, and one that is never
 * finished comes, as the mark for what is no character, when the writer ends.
 */
export function textWriter(say: (text: string) => void): Writable {
	const decoder = new StringDecoder('utf8');
	const tell = (text: string, done: () => void) => {
		if (text !== '') say(text);
		done();
	};
	return new Writable({
		write: (chunk: Buffer, _encoding, done) => tell(decoder.write(chunk), done),
		final: (done) => tell(decoder.end(), done)
	});
}
