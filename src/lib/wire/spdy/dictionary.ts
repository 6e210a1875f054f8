import { concat, fromLatin1 } from '../bytes.ts';

/**
 * The 1423 bytes that both ends of a SPDY/3 connection know before the first header block, so that even that one is
 * compressed well. Origin: the SPDY/3 draft (draft-mbelshe-httpbis-spdy-00, section 2.6.10.1; spdystream has it as
 * spdy/dictionary.go). They are words of HTTP, each behind its length as in a header block, then one run of text.
 */
export function spdyDictionary(): Uint8Array {
	return concat([...words.map(withLength), toBytes(text)]);
}

function withLength(word: string): Uint8Array {
	return toBytes(`\0\0\0${String.fromCharCode(word.length)}${word}`);
}

function toBytes(ascii: string): Uint8Array {
	return fromLatin1(ascii) ?? new Uint8Array(0);
}

const words = [
	'options',
	'head',
	'post',
	'put',
	'delete',
	'trace',
	'accept',
	'accept-charset',
	'accept-encoding',
	'accept-language',
	'accept-ranges',
	'age',
	'allow',
	'authorization',
	'cache-control',
	'connection',
	'content-base',
	'content-encoding',
	'content-language',
	'content-length',
	'content-location',
	'content-md5',
	'content-range',
	'content-type',
	'date',
	'etag',
	'expect',
	'expires',
	'from',
	'host',
	'if-match',
	'if-modified-since',
	'if-none-match',
	'if-range',
	'if-unmodified-since',
	'last-modified',
	'location',
	'max-forwards',
	'pragma',
	'proxy-authenticate',
	'proxy-authorization',
	'range',
	'referer',
	'retry-after',
	'server',
	'te',
	'trailer',
	'transfer-encoding',
	'upgrade',
	'user-agent',
	'vary',
	'via',
	'warning',
	'www-authenticate',
	'method',
	'get',
	'status',
	'200 OK',
	'version',
	'HTTP/1.1',
	'url',
	'public',
	'set-cookie',
	'keep-alive',
	'origin'
];

const text =
	'1001012012022052063003023033043053063074024054064074084094104114124134144154164175025045' +
	'05203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401' +
	' Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 S' +
	'ervice UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, We' +
	'd, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xm' +
	'l,application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdc' +
	'hcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.';
