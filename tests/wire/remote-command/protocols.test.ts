import { describe, expect, test } from 'vitest';
import {
	missingUpgradeHeaders,
	negotiate,
	spdyProtocols,
	streamProtocol,
	streamProtocols
} from '../../../src/lib/wire/remote-command/protocols.ts';

describe('negotiate', () => {
	test('takes the first of the client’s that the server knows', () => {
		expect(negotiate(['v5.channel.k8s.io', 'v3.channel.k8s.io', 'v4.channel.k8s.io'])).toEqual({
			protocol: 'v3.channel.k8s.io'
		});
	});

	test('refuses with 403, naming what both know', () => {
		expect(negotiate(['v5.channel.k8s.io', 'x'])).toEqual({
			refusal: {
				status: 403,
				headers: spdyProtocols.map((name) => ['X-Accepted-Stream-Protocol-Versions', name]),
				text: 'unable to upgrade: unable to negotiate protocol: client supports [v5.channel.k8s.io x], server accepts [v4.channel.k8s.io v3.channel.k8s.io v2.channel.k8s.io channel.k8s.io]'
			}
		});
	});

	test('takes no header at all for v1, where it is not required', () => {
		expect(negotiate([])).toEqual({ protocol: '' });
		expect(streamProtocol('')?.name).toBe('channel.k8s.io');
		expect(negotiate([], spdyProtocols, { headerRequired: true })).toEqual({
			refusal: {
				status: 400,
				headers: [],
				text: 'unable to upgrade: X-Stream-Protocol-Version is required'
			}
		});
	});

	test('reads comma lists only where the server does', () => {
		const asked = ['v9, v4.channel.k8s.io'];
		expect(negotiate(asked, spdyProtocols, { commaLists: true })).toEqual({
			protocol: 'v4.channel.k8s.io'
		});
		expect(negotiate(asked)).toHaveProperty('refusal');
	});
});

test('prints missing upgrade headers as Go does', () => {
	expect(missingUpgradeHeaders({ 'User-Agent': ['curl/7'], Accept: ['*/*', 'a"b'] }).text).toBe(
		'unable to upgrade: missing upgrade headers in request: http.Header{"Accept":[]string{"*/*", "a\\"b"}, "User-Agent":[]string{"curl/7"}}'
	);
});

test('each version adds to the one before', () => {
	const points = ['halfClosesStdin', 'resize', 'status', 'closeSignal'] as const;
	const counts = streamProtocols.map(
		(protocol) => points.filter((point) => protocol[point]).length
	);
	expect(counts).toEqual([0, 1, 2, 3, 4]);
	expect(streamProtocol('v6.channel.k8s.io')).toBeUndefined();
});
