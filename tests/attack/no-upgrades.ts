/** What CVE-2018-1002105 did: a refused upgrade, and then requests of one's own on the connection behind the proxy. */
export const smuggled =
	'POST /run/default/web/app?cmd=id HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n';

/** Answers to an upgrade request that are none of a proxy's business to splice: what it is, its bytes, what follows. */
export const noUpgrades: [what: string, answer: string, trailing: string][] = [
	['a 200 with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', 'trailing'],
	[
		'a 400',
		'HTTP/1.1 400 Bad Request\r\nContent-Length: 4\r\n\r\nno!\n',
		'HTTP/1.1 200 OK\r\n\r\nmore'
	],
	[
		'a chunked 500',
		'HTTP/1.1 500 X\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
		'HTTP/1.1 200 OK\r\n\r\n'
	],
	['a 204', 'HTTP/1.1 204 No Content\r\n\r\n', 'trailing'],
	[
		'a 200 that says it upgraded',
		'HTTP/1.1 200 OK\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nContent-Length: 2\r\n\r\nok',
		'trailing'
	],
	[
		'a 403 that says it upgraded',
		'HTTP/1.1 403 Forbidden\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nContent-Length: 0\r\n\r\n',
		'trailing'
	],
	['a 101 without upgrade headers', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', 'trailing'],
	[
		'a 101 that says Upgrade but not Connection',
		'HTTP/1.1 101 X\r\nUpgrade: SPDY/3.1\r\n\r\n',
		'trailing'
	],
	[
		'a 101 for another protocol',
		'HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
		'trailing'
	],
	[
		'a 101 of HTTP/1.0',
		'HTTP/1.0 101 X\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n',
		'trailing'
	],
	[
		'an interim answer',
		'HTTP/1.1 100 Continue\r\n\r\n',
		'HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n'
	],
	[
		'lengths that contradict each other',
		'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 9\r\n\r\n',
		'trailing'
	]
];
