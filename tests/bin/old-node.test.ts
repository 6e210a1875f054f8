import { afterEach, describe, expect, it, vi } from 'vitest';
import { isOldNode } from '../../src/bin/old-node.js';

afterEach(() => vi.restoreAllMocks());

describe('an old Node', () => {
	it.each(['18.20.8', '20.18.3', '20.0.0', '9.0.0'])('is refused: %s', (version) => {
		const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
		expect(isOldNode(version, 'npm test')).toBe(true);
		const text = String(said.mock.calls[0]?.[0]);
		expect(text).toContain(`needs Node.js 20.19 or newer, but this is ${version}`);
		expect(text).toContain('run npm test again');
	});
	it.each(['20.19.0', '21.0.0', '22.1.0', '24.0.0', '26.10.0'])('is not: %s', (version) => {
		const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
		expect(isOldNode(version, 'npm test')).toBe(false);
		expect(said).not.toHaveBeenCalled();
	});
});
