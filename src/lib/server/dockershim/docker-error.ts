/** What went wrong between shim and engine, in the words of Docker's Go client (moby client/errors.go). */
import { formatAddress, type Address } from '../transport/address.ts';

export class DockerError extends Error {
	override name = 'DockerError';
	/** HTTP status of the answer; undefined when there was none. */
	readonly status: number | undefined;

	constructor(message: string, status?: number) {
		super(message);
		this.status = status;
	}

	get notFound(): boolean {
		return this.status === 404;
	}
}

/** The engine answered with an error: `{"message":"..."}`, or plain text from old ones. */
export function refusedByDaemon(status: number, body: Buffer): DockerError {
	return new DockerError(`Error response from daemon: ${messageOf(body)}`, status);
}

/** A lookup by id found nothing: the client words these itself, whatever the engine wrote. */
export function noSuchObject(kind: 'container' | 'image', id: string): DockerError {
	return new DockerError(`Error: No such ${kind}: ${id}`, 404);
}

export function cannotConnect(docker: Address): DockerError {
	const address = docker.kind === 'tcp' ? `tcp://${formatAddress(docker)}` : formatAddress(docker);
	return new DockerError(
		`Cannot connect to the Docker daemon at ${address}. Is the docker daemon running?`
	);
}

/** What libdocker makes of a call that took longer than it may. */
export function operationTimeout(): DockerError {
	return new DockerError('operation timeout: context deadline exceeded');
}

/** For `catch`: puts what was being done before what the engine said. */
export function worded(doing: string): (error: Error) => never {
	return (error) => {
		if (!(error instanceof DockerError)) throw error;
		throw new DockerError(`${doing}: ${error.message}`, error.status);
	};
}

function messageOf(body: Buffer): string {
	const text = body.toString();
	try {
		const parsed: unknown = JSON.parse(text);
		if (parsed && typeof parsed === 'object' && 'message' in parsed) return String(parsed.message);
	} catch {
		// Not JSON: the text itself is the message.
	}
	return text.trim();
}
