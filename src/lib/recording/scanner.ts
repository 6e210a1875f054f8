import { chapters } from '../trace/chapters.ts';
import type { Line } from '../trace/event.ts';
import { parseStepName, steps, type StepId } from '../trace/steps.ts';
import { Building, type Batch, type Problem, type RareLine } from './batch.ts';
import { chunkKinds, flag, laneIds, stepNumber, ttyKinds, unknownStep } from './columns.ts';
import { parseLine } from './format.ts';
import { isCount, isHeld, isNamed, isSpan, isStrings } from './line-checks.ts';
import { isOfCapture, Seal } from './seal.ts';

// The lines that are many stand as our recorder writes them, and are read without making objects of them; any other
// order of their fields is right too, and costs a JSON.parse. So does a name of more than ASCII, since the text that
// they are matched in has a character for each byte. That both ways say the same is held by scanner.test.ts.
const span = String.raw`"c":"([^"\\\x80-\xff]+)","dir":"([<>])","o":(\d+),"len":(\d+)`;
const head = String.raw`"i":(\d+),"t":(\d+)`;
const sentPattern = new RegExp(String.raw`^\{"k":"sent",${head},"of":(\d+),${span}\}$`);
const bytesPattern = new RegExp(String.raw`^\{"k":"(b|gap)",${head},${span},"(d|d64|ref|crc)":`);
const ttyPattern = new RegExp(String.raw`^\{"k":"tty",${head},"on":"([oei])",${span}\}$`);
const keyPattern = new RegExp(String.raw`^\{"k":"key",${head},`);

const utf8 = new TextDecoder();
const latin1 = new TextDecoder('latin1');
const lineFeed = 10;

/**
 * The first of two passes over a recording: bytes of whole lines in, numbers out. It parses what the ladder is
 * drawn from and says only where the rest stands, so that a payload is decoded when somebody looks at it. It is
 * the costly pass, and what it returns can move to another thread: large files are scanned in a worker.
 */
export class Scanner {
	#next = 0;
	#line = 0;
	#t = 0;
	#stopped = false;
	readonly #names = new Map<string, number>();
	readonly #stepNames = new Map<string, ReturnType<typeof parseStepName>>();
	#batch = new Building();
	/** The line that was read last had been read before. */
	#again = false;
	/** Until the `end` line was compared with it. */
	#seal: Seal | undefined;

	/** `seals`: whether the `end` line is compared with the lines before it, which is half as much work as all the rest. */
	constructor({ seals = true }: { seals?: boolean } = {}) {
		this.#seal = seals ? new Seal() : undefined;
	}

	/** Reads whole lines, each with its line feed. */
	scan(bytes: Uint8Array): Batch {
		const building = (this.#batch = new Building());
		// One character a byte, so that a place in the text is a place in the bytes.
		const text = latin1.decode(bytes);
		for (let from = 0; from < bytes.length;) {
			const found = bytes.indexOf(lineFeed, from);
			const to = found < 0 ? bytes.length : found;
			const line = text.slice(from, to);
			this.#again = false;
			this.#take(line, bytes, from, to);
			if (this.#seal && !this.#again && isOfCapture(line))
				this.#seal.take(bytes.subarray(from, to + 1));
			from = to + 1;
		}
		return building.finish(bytes, this.#next, this.#t);
	}

	#take(text: string, bytes: Uint8Array, from: number, to: number): void {
		this.#line++;
		if (text === '' || text.startsWith('#') || this.#stopped) return;
		if (this.#plain(text, from, to)) return;
		const line = parseLine(utf8.decode(bytes.subarray(from, to)));
		if (!line) return this.#report('not-json');
		if (line.k === 'note') return void this.#batch.rare.push(line);
		const { i, t } = line;
		if (!Number.isInteger(i) || i < 0 || typeof t !== 'number') return this.#report('bad-line');
		if (!this.#counts(i, t)) return;
		if (!this.#place(line, from, to)) this.#report('bad-line');
	}

	/** The kinds of line that are many, in the recorder's own words. */
	#plain(text: string, from: number, to: number): boolean {
		const kind = text.charAt(6);
		if (kind === 'b' || kind === 'g') {
			const found = bytesPattern.exec(text);
			if (!found) return false;
			const [, , i, t, c, dir, o, len, what] = found;
			if (this.#counts(+i!, +t!)) this.#chunk(c!, dir!, +o!, +len!, chunkOf[what!]!, +t!, from, to);
			return true;
		}
		if (kind === 's') {
			const found = sentPattern.exec(text);
			if (!found) return false;
			const [, i, t, of, c, dir, o, len] = found;
			if (this.#counts(+i!, +t!)) this.#sent(+of!, +t!, c!, dir!, +o!, +len!);
			return true;
		}
		if (kind === 't') {
			const found = ttyPattern.exec(text);
			if (!found) return false;
			const [, i, t, on, c, dir, o, len] = found;
			if (this.#counts(+i!, +t!))
				this.#tty(+i!, +t!, on!, { c: c!, dir: dir!, o: +o!, len: +len! }, from, to);
			return true;
		}
		if (kind !== 'k') return false;
		const found = keyPattern.exec(text);
		if (found && this.#counts(+found[1]!, +found[2]!)) this.#key(+found[1]!, +found[2]!, from, to);
		return found !== null;
	}

	/** Whether a line is new. A reconnected source may send again what is here already. */
	#counts(i: number, t: number): boolean {
		if (i < this.#next) {
			this.#again = true;
			return false;
		}
		if (i > this.#next) this.#report('lines-lost');
		this.#next = i + 1;
		this.#t = Math.max(this.#t, t);
		return true;
	}

	/** Puts one line in its place; false when a field that it needs is missing or wrong. */
	#place(line: Exclude<Line, { k: 'note' }>, from: number, to: number): boolean {
		switch (line.k) {
			case 'b':
			case 'gap': {
				if (!isSpan(line)) return false;
				const what = line.k === 'gap' ? 'crc' : line.ref ? 'ref' : 'd';
				this.#chunk(line.c, line.dir, line.o, line.len, chunkOf[what]!, line.t, from, to);
				return true;
			}
			case 'sent':
				if (!isSpan(line) || !isCount(line.of)) return false;
				this.#sent(line.of, line.t, line.c, line.dir, line.o, line.len);
				return true;
			case 'tty':
				if (!ttyKinds.includes(line.on) || (line.on === 'r' && !line.size)) return false;
				this.#tty(line.i, line.t, line.on, isSpan(line) ? line : undefined, from, to);
				return true;
			case 'key':
				this.#key(line.i, line.t, from, to);
				return true;
			case 'step':
				return this.#item(line, flag.arrow, line.from, line.to, from, to);
			case 'call':
				if (!('of' in line)) return this.#item(line, 0, line.at, line.at, from, to);
				if (!isCount(line.of) || typeof line.ms !== 'number') return false;
				this.#batch.returns.of.push(line.of);
				this.#batch.returns.ms.push(line.ms);
				return true;
			case 'fault':
				return true;
			default:
				return this.#rare(line);
		}
	}

	#rare(line: RareLine): boolean {
		switch (line.k) {
			case 'hdr':
				// Nothing of a newer major version is read; the header itself is checked where it is used.
				if (typeof line.execscope === 'number' && line.execscope > 1) this.#stopped = true;
				break;
			case 'cmd':
				if (line.argv !== undefined && !isStrings(line.argv)) return false;
				break;
			case 'conn':
				if (!isNamed(line)) return false;
				break;
			case 'hold':
				if (!isHeld(line)) return false;
				break;
			case 'end':
				this.#batch.altered = this.#seal?.isBroken(line) ?? false;
				this.#seal = undefined;
				break;
			case 'exit':
				break;
			default:
				return true; // a kind of a later version
		}
		this.#batch.rare.push(line);
		return true;
	}

	#item(
		line: Extract<Line, { s: string; n: string }>,
		kind: number,
		fromLane: string,
		toLane: string,
		from: number,
		to: number
	): boolean {
		const lanesOf = [laneAt(fromLane), laneAt(toLane)] as const;
		if (typeof line.s !== 'string' || lanesOf[0] < 0 || lanesOf[1] < 0) return false;
		const name = this.#name(line.s);
		const facts = typeof line.facts === 'object' && line.facts !== null ? line.facts : {};
		const { items } = this.#batch;
		items.i.push(line.i);
		items.t.push(line.t);
		items.at.push(from);
		items.length.push(to - from);
		items.id.push(name ? stepNumber(name.id) : unknownStep);
		items.flags.push(kind | (name?.reply ? flag.reply : 0) | (hasFailed(facts) ? flag.failed : 0));
		items.repeat.push(name?.repeat ?? 1);
		items.try.push(isCount(line.try) ? line.try : 0);
		items.from.push(lanesOf[0]);
		items.to.push(lanesOf[1]);
		items.chap.push(chapterAt(line.chap, name?.id));
		items.carried.push(Number(facts.len) || 0);
		items.status.push(isCount(facts.status) && facts.status < 1000 ? facts.status : 0);
		return true;
	}

	#name(s: string): ReturnType<typeof parseStepName> {
		// Only names without a number come again and again.
		if (s.includes('#')) return parseStepName(s);
		if (!this.#stepNames.has(s)) this.#stepNames.set(s, parseStepName(s));
		return this.#stepNames.get(s);
	}

	#chunk(
		c: string,
		dir: string,
		o: number,
		len: number,
		kind: number,
		t: number,
		from: number,
		to: number
	): void {
		const { chunks } = this.#batch;
		chunks.c.push(this.#connection(c));
		chunks.dir.push(dir === '>' ? 0 : 1);
		chunks.o.push(o);
		chunks.len.push(len);
		chunks.kind.push(kind);
		chunks.t.push(t);
		chunks.at.push(from);
		chunks.length.push(to - from);
	}

	#sent(of: number, t: number, c: string, dir: string, o: number, len: number): void {
		const { sent } = this.#batch;
		sent.of.push(of);
		sent.t.push(t);
		sent.c.push(this.#connection(c));
		sent.dir.push(dir === '>' ? 0 : 1);
		sent.o.push(o);
		sent.len.push(len);
	}

	#tty(
		i: number,
		t: number,
		on: string,
		where: { c: string; dir: string; o: number; len: number } | undefined,
		from: number,
		to: number
	): void {
		const { tty } = this.#batch;
		tty.i.push(i);
		tty.t.push(t);
		tty.on.push(ttyKinds.findIndex((kind) => kind === on));
		tty.c.push(where ? this.#connection(where.c) + 1 : 0);
		tty.dir.push(where?.dir === '<' ? 1 : 0);
		tty.o.push(where?.o ?? 0);
		tty.len.push(where?.len ?? 0);
		tty.at.push(from);
		tty.length.push(to - from);
	}

	#key(i: number, t: number, from: number, to: number): void {
		const { keys } = this.#batch;
		keys.i.push(i);
		keys.t.push(t);
		keys.at.push(from);
		keys.length.push(to - from);
	}

	#connection(c: string): number {
		let number = this.#names.get(c);
		if (number === undefined) {
			this.#names.set(c, (number = this.#names.size));
			this.#batch.names.push(c);
		}
		return number;
	}

	#report(why: Problem['why']): void {
		this.#batch.problems.push({ line: this.#line, why });
	}
}

const chunkOf: Record<string, number> = {
	d: chunkKinds.indexOf('data'),
	d64: chunkKinds.indexOf('data'),
	ref: chunkKinds.indexOf('ref'),
	crc: chunkKinds.indexOf('gap')
};

function hasFailed(facts: Record<string, unknown>): boolean {
	if (typeof facts.status === 'number') return facts.status >= 400;
	return facts.error !== undefined && facts.error !== null && facts.error !== '';
}

function chapterAt(said: unknown, id: StepId | undefined): number {
	const at = chapters.findIndex((chapter) => chapter === said);
	return at >= 0 ? at : chapters.indexOf(id ? steps[id].chap : 'find');
}

const laneAt = (lane: unknown): number => laneIds.findIndex((id) => id === lane);
