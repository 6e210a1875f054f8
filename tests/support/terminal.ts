import { spawn } from 'node:child_process';
import { openPty } from '../../src/lib/server/engine/pty.ts';
import { until } from './type-kubectl.ts';

/** A program in a terminal of its own, as a person in front of it has. */
export interface Terminal {
	/** Everything it printed so far. */
	readonly text: string;
	/** Types these keys: `\r` is Enter, `\x03` Ctrl-C. */
	type(keys: string): void;
	resize(cols: number, rows: number): void;
	/** Waits until what was printed after the last match matches; throws with what stands there instead. */
	see(wanted: RegExp): Promise<void>;
	/** The exit code, once it has ended and all it printed is in `text`. */
	ended: Promise<number>;
}

/** The terminal is made as the engine makes its own, which loses no byte at the end; the library's class may. */
export function openTerminal(
	file: string,
	args: string[],
	options: { cols: number; rows: number; env: NodeJS.ProcessEnv }
): Terminal {
	const pty = openPty(options.cols, options.rows);
	let text = '';
	let seen = 0;
	pty.output.setEncoding('utf8');
	pty.output.on('data', (chunk: string) => (text += chunk));
	// A session of its own, with this terminal in control of it: keys become signals, and a new size is told.
	const child = spawn('setsid', ['--ctty', file, ...args], {
		env: { ...options.env, TERM: 'xterm-256color' },
		stdio: [pty.slave, pty.slave, pty.slave]
	});
	pty.attach(child);
	const closed = new Promise<void>((resolve) => pty.output.on('end', resolve));
	const exited = new Promise<number>((resolve) => child.on('exit', (code) => resolve(code ?? -1)));
	return {
		get text() {
			return text;
		},
		type: (keys) => void pty.write(Buffer.from(keys)),
		resize: (cols, rows) => pty.resize(cols, rows),
		async see(wanted) {
			const match = () => wanted.exec(text.slice(seen));
			await until(
				() => match() !== null,
				() => `the terminal shows ${wanted}; it shows ${JSON.stringify(text.slice(seen))}`
			);
			const { index, 0: found } = match()!;
			seen += index + found.length;
		},
		ended: closed.then(() => exited)
	};
}
