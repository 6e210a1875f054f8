import type { ByteStore } from '../recording/byte-store.ts';
import type { Span } from '../trace/event.ts';

/** Longer spans are shown one by one rather than compared on every change. */
const comparedBytes = 65_536;

/** Spans in order, those that carry the very same bytes together; bytes not recorded are like no others. */
export function sameBytes<Of extends Span>(spans: readonly Of[], bytes: ByteStore): Of[][] {
	const groups: { spans: Of[]; data: Uint8Array | undefined }[] = [];
	for (const span of spans) {
		const data = dataOf(span, bytes);
		const same = data && groups.find((group) => group.data && equal(group.data, data));
		if (same) same.spans.push(span);
		else groups.push({ spans: [span], data });
	}
	return groups.map((group) => group.spans);
}

function dataOf(span: Span, bytes: ByteStore): Uint8Array | undefined {
	if (span.len > comparedBytes) return undefined;
	const { data, complete } = bytes.bytes(span);
	return complete ? data : undefined;
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
	return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
