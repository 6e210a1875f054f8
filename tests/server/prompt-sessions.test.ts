import { beforeEach, describe, expect, it } from 'vitest';
import {
	PromptSessions,
	type PromptLine,
	type SessionPage
} from '../../src/lib/server/prompt-sessions.ts';
import { fakeClock } from '../support/fake-clock.ts';

type Told = Record<string, unknown>;

interface FakePage extends SessionPage {
	told: Told[];
	replacements: number;
}

const lostPageMs = 60_000;
let clock: ReturnType<typeof fakeClock>;
let sessions: PromptSessions;
/** The one command that runs: what it was told, and what it says. */
let line: PromptLine;
let heard: string[];

beforeEach(() => {
	clock = fakeClock();
	heard = [];
	sessions = new PromptSessions({
		clock,
		limits: { lostPageMs },
		prompt(started) {
			line = started;
			heard.push(started.text);
			return {
				input: (text) => heard.push(`< ${text}`),
				resize: (cols, rows) => heard.push(`${cols}x${rows}`),
				stop() {
					heard.push('stop');
					started.ended(130);
				}
			};
		}
	});
});

function pageOf(who = 'a browser'): FakePage {
	const told: Told[] = [];
	const page: FakePage = {
		who,
		told,
		replacements: 0,
		send: (message) => void told.push(message as Told),
		replaced: () => void page.replacements++
	};
	return page;
}

/** A page that has begun a shell, and typed two characters. */
function begun(): FakePage {
	const page = pageOf();
	sessions.run(page, 'secret', { text: 'kubectl exec', cols: 80, rows: 24 });
	line.began('run-1');
	sessions.of(page, 'secret')!.input('ls');
	return page;
}

function back(size: [number, number] = [80, 24], id = 'secret', who = 'a browser'): FakePage {
	const page = pageOf(who);
	sessions.resume(page, id, size);
	return page;
}

const resumed = { type: 'resumed', session: 'secret', run: 'run-1', said: '', taken: 2 };

describe('a session whose page lost its connection', () => {
	it('goes on, and is given back: input works again, and the size is that of the page', () => {
		sessions.lost(begun());
		clock.advance(lostPageMs - 1);
		const page = back([100, 30]);
		expect(page.told).toEqual([resumed]);
		sessions.of(page, 'secret')!.input('!');
		expect(page.told.at(-1)).toEqual({ type: 'taken', session: 'secret', count: 3 });
		expect(heard).toEqual(['kubectl exec', '< ls', '100x30', '< !']);
		clock.advance(10 * lostPageMs);
		expect(heard).not.toContain('stop');
	});

	it('is told no size that it has', () => {
		sessions.lost(begun());
		back([80, 24]);
		expect(heard).toEqual(['kubectl exec', '< ls']);
	});

	it('is stopped when the page stays away, and says so to a page that comes later', () => {
		sessions.lost(begun());
		clock.advance(lostPageMs);
		expect(heard.at(-1)).toBe('stop');
		expect(back().told).toEqual([{ ...resumed, code: 130, late: true }]);
	});

	it('is forgotten in the end', () => {
		sessions.lost(begun());
		clock.advance(lostPageMs);
		clock.advance(lostPageMs);
		expect(back().told).toEqual([{ type: 'gone', session: 'secret' }]);
		expect(heard.filter((what) => what === 'stop')).toHaveLength(1);
	});

	it('says with which code it ended meanwhile', () => {
		sessions.lost(begun());
		line.ended(3);
		expect(back().told).toEqual([{ ...resumed, code: 3 }]);
		clock.advance(lostPageMs);
		expect(heard).not.toContain('stop');
	});

	it('says the run that it became meanwhile, and what was said without one', () => {
		const page = pageOf();
		sessions.run(page, 'secret', { text: 'kubectl version', cols: 80, rows: 24 });
		line.said('Client ');
		sessions.lost(page);
		line.began('run-2');
		line.said('Version');
		expect(back().told).toMatchObject([{ run: 'run-2', said: 'Client Version', taken: 0 }]);
	});

	it('is waited for anew at each loss', () => {
		sessions.lost(begun());
		clock.advance(lostPageMs - 1);
		sessions.lost(back());
		clock.advance(lostPageMs - 1);
		expect(heard).not.toContain('stop');
		clock.advance(1);
		expect(heard.at(-1)).toBe('stop');
	});
});

describe('a page that is back before its old connection is known to be dead', () => {
	it('takes over: the old one is closed, and what it still says is not heard', () => {
		const old = begun();
		const page = back();
		expect(page.told).toEqual([resumed]);
		expect(old.replacements).toBe(1);
		expect(sessions.of(old, 'secret')).toBeUndefined();
		sessions.lost(old);
		clock.advance(10 * lostPageMs);
		expect(heard).not.toContain('stop');
	});

	it('hears of an end that the old connection did not carry', () => {
		begun();
		line.ended(0);
		expect(back().told).toEqual([{ ...resumed, code: 0 }]);
	});
});

describe('a session', () => {
	it('is stopped at once by a page that leaves, and nobody gets it back', () => {
		sessions.left(begun());
		expect(heard.at(-1)).toBe('stop');
		expect(back().told).toEqual([{ type: 'gone', session: 'secret' }]);
	});

	it('is given to no other browser, and to nobody who guesses', () => {
		sessions.lost(begun());
		for (const id of ['', 'Secret', 'secret ', 'secre', '*', '__proto__'])
			expect(back([80, 24], id).told).toEqual([{ type: 'gone', session: id }]);
		expect(back([1, 1], 'secret', 'another browser').told).toEqual([
			{ type: 'gone', session: 'secret' }
		]);
		expect(heard).toEqual(['kubectl exec', '< ls']);
	});

	it('takes nothing after its end', () => {
		const page = begun();
		line.ended(0);
		const session = sessions.of(page, 'secret')!;
		session.input('late');
		session.resize(1, 1);
		expect(heard).toEqual(['kubectl exec', '< ls']);
		expect(page.told.at(-1)).toEqual({ type: 'ended', session: 'secret', code: 0 });
	});

	it('ends with the server, lost or not, and nothing is left to wait for', () => {
		sessions.lost(begun());
		sessions.close();
		expect(heard.at(-1)).toBe('stop');
		expect(back().told).toEqual([{ type: 'gone', session: 'secret' }]);
		sessions.run(pageOf(), 'another', { text: 'late', cols: 80, rows: 24 });
		clock.advance(10 * lostPageMs);
		expect(heard.filter((what) => what === 'stop')).toHaveLength(1);
		expect(heard).not.toContain('late');
	});
});
