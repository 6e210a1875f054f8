/** RFC 6455, section 7.4.1, in the words of gorilla/websocket, which kubectl uses. */
const meanings: Readonly<Record<number, string>> = {
	1000: 'normal',
	1001: 'going away',
	1002: 'protocol error',
	1003: 'unsupported data',
	1005: 'no status',
	1006: 'abnormal closure',
	1007: 'invalid payload data',
	1008: 'policy violation',
	1009: 'message too big',
	1010: 'mandatory extension missing',
	1011: 'internal server error',
	1015: 'TLS handshake error'
};

/** How gorilla's CloseError prints the end of a connection. 1006 stands for one without a close frame. */
export function closeText(code: number, reason: string): string {
	const meaning = meanings[code] === undefined ? '' : ` (${meanings[code]})`;
	const said = reason === '' && code === 1006 ? 'unexpected EOF' : reason;
	return `websocket: close ${code}${meaning}${said === '' ? '' : `: ${said}`}`;
}
