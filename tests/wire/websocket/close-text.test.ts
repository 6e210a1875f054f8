import { expect, test } from 'vitest';
import { closeText } from '../../../src/lib/wire/websocket/close-text.ts';

test('says how a connection ended as kubectl does', () => {
	expect(closeText(1006, '')).toBe('websocket: close 1006 (abnormal closure): unexpected EOF');
	expect(closeText(1001, '')).toBe('websocket: close 1001 (going away)');
	expect(closeText(1008, 'no')).toBe('websocket: close 1008 (policy violation): no');
	expect(closeText(4000, 'ours')).toBe('websocket: close 4000: ours');
});
