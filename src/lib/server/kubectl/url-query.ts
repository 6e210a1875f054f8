/** Query strings as Go's net/url writes them. */

/** url.Values.Encode: keys sorted, values of one key in their order. */
export function encodeQuery(query: readonly (readonly [string, string])[]): string {
	const sorted = query
		.map((pair, at) => ({ pair, at }))
		.sort((a, b) => (a.pair[0] === b.pair[0] ? a.at - b.at : a.pair[0] < b.pair[0] ? -1 : 1));
	return sorted.map(({ pair: [key, value] }) => `${escape(key)}=${escape(value)}`).join('&');
}

/** url.QueryEscape. */
function escape(text: string): string {
	return encodeURIComponent(text.toWellFormed())
		.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
		.replaceAll('%20', '+');
}
