import { expect, it } from 'vitest';
import { drawArrow, type ArrowInput } from '../../src/lib/diagram/arrow.ts';

const base: ArrowInput = {
	from: 100,
	to: 200,
	y: 12,
	wire: 'H',
	reply: false,
	head: 8,
	badge: 18,
	failed: false,
	held: false,
	share: 1
};

it('goes from beside the sender to just before the receiver', () => {
	const arrow = drawArrow(base);
	expect(arrow.lines).toEqual(['M103 12H190.8']);
	expect(arrow.head).toMatch(/L198 12/);
	expect(arrow.badgeX).toBe(107);
});

it('has a head at either end where chunks went both ways', () => {
	const { head, badgeX, lines } = drawArrow({ ...base, both: true });
	expect(head?.match(/Z/g)).toHaveLength(2);
	expect(head).toMatch(/L102 12/);
	expect(lines).toEqual(['M109.2 12H190.8']);
	expect(badgeX).toBeGreaterThan(107);
});

it('puts the badge of a message to the left on the sender’s side', () => {
	expect(drawArrow({ ...base, from: 200, to: 100 }).badgeX).toBe(200 - 7 - 18);
});

it('draws SPDY as two lines and gRPC dashed', () => {
	expect(drawArrow({ ...base, wire: 'S' }).lines).toHaveLength(2);
	expect(drawArrow({ ...base, wire: 'G' }).dash).toBe('6 4');
});

it('opens the head of a reply and fills that of a request', () => {
	expect(drawArrow(base).headFilled).toBe(true);
	const reply = drawArrow({ ...base, reply: true });
	expect([reply.headFilled, reply.head?.endsWith('Z')]).toEqual([false, false]);
});

it('is a pure function of how much of it was drawn', () => {
	const half = drawArrow({ ...base, share: 0.5 });
	expect(half.lines).toEqual(['M103 12H150.5']);
	expect(half.head).toBeUndefined();
});

it('has a cross for a head where it failed', () => {
	const arrow = drawArrow({ ...base, failed: true });
	expect([arrow.head, arrow.cross]).toEqual([undefined, expect.stringMatching(/^M/)]);
});

it('stops a held message at a gate and shows the way that its bytes have not gone', () => {
	const arrow = drawArrow({ ...base, held: true });
	expect(arrow.gate).toBeDefined();
	expect(arrow.unsent).toBeDefined();
	expect(arrow.headFilled).toBe(false);
});

it('makes way for words that stand on its line', () => {
	expect(drawArrow({ ...base, cut: [140, 160] }).lines).toEqual(['M103 12H140', 'M160 12H190.8']);
});
