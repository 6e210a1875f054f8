import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FromPage } from '../../src/lib/recording/live-protocol.ts';
import { LiveSource } from '../../src/lib/recording/live-source.svelte.ts';

/** The page's end of a WebSocket; the test is the server's. */
class FakeSocket {
	static readonly OPEN = 1;
	static made: FakeSocket[] = [];
	readyState = 1;
	said: FromPage[] = [];
	onmessage: ((event: { data: string }) => void) | undefined;
	onclose: (() => void) | undefined;

	constructor() {
		FakeSocket.made.push(this);
	}
	send(text: string) {
		this.said.push(JSON.parse(text) as FromPage);
	}
	close() {
		this.break();
	}
	tell(message: object) {
		this.onmessage?.({ data: JSON.stringify(message) });
	}
	break() {
		this.readyState = 3;
		this.onclose?.();
	}
	/** What it was fed, in one piece. */
	get typed(): string {
		return this.said.map((message) => (message.type === 'input' ? message.d : '')).join('');
	}
}

const welcome = { type: 'welcome', role: 'driver', engine: { ok: true }, runs: [], held: [] };
let page: EventTarget;
let live: LiveSource;

beforeEach(() => {
	FakeSocket.made = [];
	page = new EventTarget();
	vi.useFakeTimers();
	vi.stubGlobal('WebSocket', FakeSocket);
	vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
	vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
	vi.stubGlobal('fetch', (url: URL) =>
		Promise.resolve(
			Response.json(url.pathname === '/api/ticket' ? { ticket: 't' } : { role: 'driver' })
		)
	);
	live = new LiveSource('http://127.0.0.1:1');
});
afterEach(() => {
	live.close();
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

/** The connection that is open now, welcomed. */
function welcomed(): FakeSocket {
	const socket = FakeSocket.made.at(-1)!;
	socket.tell(welcome);
	return socket;
}

/** A page with a shell into which two characters were typed, one of which has come. */
async function shell() {
	await live.open(undefined);
	const socket = welcomed();
	live.run('kubectl exec -it nginx -- sh', 80, 24);
	const session = live.session!.id;
	socket.tell({ type: 'started', session, run: 'run-1' });
	live.input('l');
	live.input('s');
	socket.tell({ type: 'taken', session, count: 1 });
	return { socket, session };
}

/** The next try to connect, and its welcome. */
async function reconnected(): Promise<FakeSocket> {
	const before = FakeSocket.made.length;
	await vi.advanceTimersByTimeAsync(8000);
	expect(FakeSocket.made.length).toBe(before + 1);
	return welcomed();
}

describe('a lost connection', () => {
	it('is told, tried again, and asks for the session before anything is typed into it', async () => {
		const { socket, session } = await shell();
		socket.break();
		expect(live.state).toBe('lost');
		expect(live.session).toMatchObject({ tie: 'lost', ended: false, kept: 0 });
		live.resize(100, 30);
		const again = await reconnected();
		expect(again.said).toEqual([{ type: 'resume', session, cols: 100, rows: 30 }]);
		expect(live.session!.tie).toBe('lost');
	});

	it('knows again which runs are open, and says which began meanwhile', async () => {
		const began: string[] = [];
		live.began = ({ id }) => began.push(id);
		const about = { cmd: 'get pods', client: 'kubectl' };
		await live.open(undefined);
		const socket = FakeSocket.made.at(-1)!;
		socket.tell({ ...welcome, runs: [{ ...about, id: 'a', open: true }] });
		socket.break();
		await vi.advanceTimersByTimeAsync(8000);
		const runs = [
			{ ...about, id: 'a', open: false },
			{ ...about, id: 'b', open: true }
		];
		FakeSocket.made.at(-1)!.tell({ ...welcome, runs });
		expect(live.runs).toEqual(runs);
		expect(began).toEqual(['b']);
	});

	it('loses no key and doubles none: what was on its way and what was typed meanwhile is sent', async () => {
		const { socket, session } = await shell();
		socket.break();
		live.input(' -l');
		expect(live.session).toMatchObject({ kept: 3, full: false });
		const again = await reconnected();
		live.input('\r');
		expect(again.typed).toBe('');
		again.tell({ type: 'resumed', session, run: 'run-1', said: '', taken: 1 });
		expect(again.typed).toBe('s -l\r');
		expect(live.session).toMatchObject({ tie: 'back', kept: 0 });
		live.input('x');
		expect(again.typed).toBe('s -l\rx');
		expect(live.session!.tie).toBe('whole');
	});

	it('may break again before the session is back', async () => {
		const { socket, session } = await shell();
		socket.break();
		(await reconnected()).break();
		live.input('!');
		const third = await reconnected();
		third.tell({ type: 'resumed', session, run: 'run-1', said: '', taken: 2 });
		expect(third.typed).toBe('!');
	});

	it('learns how the command ended meanwhile, and says what was not sent', async () => {
		const { socket, session } = await shell();
		socket.break();
		live.input('!');
		const again = await reconnected();
		again.tell({ type: 'resumed', session, run: 'run-1', said: '', taken: 2, code: 3 });
		expect(live.session).toMatchObject({ ended: true, code: 3, tie: 'whole', unsent: true });
		expect(live.exitOf('run-1')).toBe(3);
		expect(again.typed).toBe('');
	});

	it('learns which run the command became, and what was said without one, once', async () => {
		await live.open(undefined);
		const socket = welcomed();
		live.run('kubectl version', 80, 24);
		const session = live.session!.id;
		socket.tell({ type: 'said', session, text: 'Client ' });
		socket.break();
		const again = await reconnected();
		again.tell({ type: 'resumed', session, run: 'run-2', said: 'Client Version', taken: 0 });
		expect(live.session).toMatchObject({ run: 'run-2', said: 'Client Version', ended: false });
	});

	it.each([
		['ended the shell', { type: 'resumed', said: '', taken: 2, code: 130, late: true }],
		['forgot it', { type: 'gone' }]
	])('says so when the server has %s', async (_what, answer) => {
		const { socket, session } = await shell();
		socket.break();
		const again = await reconnected();
		again.tell({ ...answer, session });
		expect(live.session).toMatchObject({ ended: true, tie: 'cut' });
		live.input('late');
		expect(again.typed).toBe('');
	});

	it('of a page without a command asks for no session', async () => {
		await live.open(undefined);
		welcomed().break();
		expect((await reconnected()).said).toEqual([]);
	});

	it.each(['online', 'focus'])('is not waited out when the page hears %s', async (event) => {
		const { socket } = await shell();
		socket.break();
		page.dispatchEvent(new Event(event));
		page.dispatchEvent(new Event(event));
		await vi.advanceTimersByTimeAsync(0);
		expect(FakeSocket.made).toHaveLength(2);
		welcomed();
		await vi.advanceTimersByTimeAsync(60_000);
		expect(FakeSocket.made).toHaveLength(2);
	});

	it('that the server closed after a new one was made changes nothing', async () => {
		const { socket, session } = await shell();
		socket.break();
		const again = await reconnected();
		again.tell({ type: 'resumed', session, run: 'run-1', said: '', taken: 2 });
		socket.break();
		expect(live.state).toBe('open');
		expect(live.session!.tie).toBe('back');
	});
});
