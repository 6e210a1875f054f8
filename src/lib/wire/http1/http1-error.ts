/** What arrived, or was to be sent, is not HTTP/1.1. */
export class Http1Error extends Error {
	override name = 'Http1Error';
}
