import { expect, it } from 'vitest';
import {
	extraWidth,
	placeLabel,
	shorten,
	textWidth,
	type LabelInput
} from '../../src/lib/diagram/label.ts';

const base: LabelInput = {
	text: '200 OK',
	mono: true,
	fontPx: 14,
	left: 164,
	right: 288,
	from: 128,
	to: 977,
	call: false
};

it('stands right of the arrow when it fits there', () => {
	expect(placeLabel(base)).toMatchObject({ side: 'right', x: 300, text: '200 OK' });
});

it('goes left when it fits only there', () => {
	const text = 'POST /containers/3f1ac27d90b8/exec';
	expect(placeLabel({ ...base, text, left: 536, right: 784 })).toMatchObject({
		side: 'left',
		x: 524,
		text
	});
});

it('stands beside the words of the row above when it goes on with them, cut if need be', () => {
	const text = '48 54 54 50 2f 31 2e 31 20 32 HTTP/1.1 2';
	const arrow = { ...base, text, left: 536, right: 784 };
	expect(placeLabel(arrow).side).toBe('left');
	const place = placeLabel({ ...arrow, beside: 'right' });
	expect(place).toMatchObject({ side: 'right', x: 796 });
	expect(place.text).toMatch(/^48 54 .*…$/);
	expect(placeLabel({ ...base, beside: 'left', left: 700, right: 800 })).toMatchObject({
		side: 'left',
		x: 688,
		text: '200 OK'
	});
});

it('interrupts a line that goes the whole way', () => {
	const place = placeLabel({ ...base, text: 'root@nginx:/# ', left: 164, right: 908 });
	expect(place.side).toBe('inset');
	expect(place.x).toBeGreaterThan(164);
	expect(place.x + place.max).toBeLessThan(908);
});

it('interrupts a long line rather than being cut beside it', () => {
	// A projector of 1440 pixels, the current step: larger, and right of the container there is some room.
	const talk = { ...base, text: '31 chunks, 124 bytes', mono: false, fontPx: 26, left: 104 };
	const narrow = placeLabel({ ...talk, right: 1174, to: 1420 });
	expect(narrow).toMatchObject({ side: 'inset', text: talk.text });
	expect(narrow.x).toBeGreaterThan(104);
	expect(placeLabel({ ...talk, right: 1174, to: 1900 }).side).toBe('right');
	expect(placeLabel({ ...talk, right: 400, left: 300, to: 620 }).text).toMatch(/…$/);
});

it('interrupts a line no wider than the words that are left of a cut label', () => {
	const path = '/var/lib/kubelet/pods/4f1ac27d90b8/volumes/kubernetes.io~projected/kube-api-access';
	const text = `GET ${path}`;
	const room = { ...base, text, left: 164, right: 600, to: 640, extra: 40 };
	const place = placeLabel(room);
	expect(place.side).toBe('inset');
	expect(place.text).not.toBe(text);
	expect(place.max).toBeCloseTo(textWidth(place.text, 14, true) + 12 + 40);
	expect(place.x + place.max / 2).toBeCloseTo((164 + 600) / 2);
});

it('counts what follows the words with its gaps', () => {
	expect(extraWidth(undefined, [], 14)).toBe(0);
	expect(extraWidth('12 B', ['open'], 14)).toBeCloseTo(
		textWidth('12 B', 14, false) + 8 + textWidth('open', 14, false) + 20
	);
});

it('cuts a path in its middle before it cuts the end', () => {
	const text = 'GET /api/v1/namespaces/default/pods/nginx/exec?command=date';
	const cut = shorten(text, 300, 14, true);
	expect(cut).toMatch(/^GET …\/.*exec\?command=date$/);
	expect(textWidth(cut, 14, true)).toBeLessThanOrEqual(300);
});

it('never makes a text longer than its room', () => {
	for (const room of [20, 60, 120, 240])
		for (const text of ['https://node-1:10250/exec/default/nginx/nginx', 'plain words only, here'])
			expect(textWidth(shorten(text, room, 14, true), 14, true)).toBeLessThanOrEqual(room);
});

it('cuts a long id before it cuts the path around it', () => {
	const id = '1ad6cd228136371b6e64708c814e3af03bee83b9a80151852d3cd16de6087086';
	const text = `GET /v1.40/containers/${id}/json`;
	expect(shorten(text, 400, 14, true)).toBe('GET /v1.40/containers/1ad6cd228136…/json');
	expect(shorten(text, 240, 14, true)).toBe('GET …/1ad6cd228136…/json');
	expect(shorten(text, 2000, 14, true)).toBe(text);
});
