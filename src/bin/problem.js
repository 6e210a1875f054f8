/** Something that the user can repair: printed as it is, without a stack. */
export class Problem extends Error {
	/**
	 * @param {string} message one or two sentences with the remedy
	 * @param {number} [exitCode] 2 for what was typed wrong, 1 for the rest
	 */
	constructor(message, exitCode = 1) {
		super(message);
		this.name = 'Problem';
		this.exitCode = exitCode;
	}
}

/**
 * Prints what went wrong and returns the exit code.
 * @param {unknown} error
 */
export function report(error) {
	if (error instanceof Error) {
		process.stderr.write(`${error.message}\n`);
		if (!(error instanceof Problem) && process.env.EXECSCOPE_DEBUG)
			process.stderr.write(`${error.stack}\n`);
	} else process.stderr.write(`${String(error)}\n`);
	return error instanceof Problem ? error.exitCode : 1;
}
