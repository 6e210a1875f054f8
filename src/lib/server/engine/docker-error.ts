/** A refusal in the words of dockerd: becomes `{"message": ...}` with this status. */
export class DockerError extends Error {
	readonly status: number;

	constructor(status: number, message: string) {
		super(message);
		this.name = 'DockerError';
		this.status = status;
	}
}
