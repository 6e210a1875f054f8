import { createHash } from 'node:crypto';
import { cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { Problem, report } from './problem.js';
import { exclusively, install, onceForSources, root, run, stopChildren, vite } from './setup.js';

/**
 * `npm run build:static`: the page with the bundled recordings and no server. `dist/static/` goes to any static host,
 * under any path; `dist/static/execscope.html` is the same in one file, which opens from a disk.
 */

const config = 'vite.static.config.ts';
const site = path.join(root, 'dist/static');
const parts = path.join(root, 'dist/.single');
const singleFile = 'execscope.html';

/**
 * What Vite says of one file it made.
 * @typedef {{ file: string, isEntry?: boolean, imports?: string[], css?: string[] }} Chunk
 */

/** A browser lets no page on a disk load modules or read files beside it: there the single file stands in. */
const standIn = `if (location.protocol === 'file:') location.replace('${singleFile}' + location.hash);`;

/** Builds both when a source has changed. */
export async function buildStatic() {
	await onceForSources('static', [config], `dist/static/${singleFile}`, async () => {
		process.stdout.write('Building the page without a server (vite build, twice) ...\n');
		await sync();
		await Promise.all(['static', 'single'].map((mode) => vite(['-c', config, '--mode', mode])));
		const template = await readFile(path.join(root, 'src/app.html'), 'utf8');
		await writeSite(template);
		await writeSingle(template);
		await rm(parts, { recursive: true });
	});
}

/** Prints what a reader downloads. */
async function printSizes() {
	const index = await readFile(path.join(site, 'index.html'), 'utf8');
	const opening = [...index.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(
		([, file]) => file
	);
	const assets = (await readdir(path.join(site, 'assets'))).map((file) => `assets/${file}`).sort();
	const later = assets.filter((file) => !opening.includes(file));
	await printSize('at opening', opening);
	await printSize('later', later);
	await printSize('in one file', [singleFile]);
}

/**
 * @param {string} title
 * @param {(string | undefined)[]} files
 */
async function printSize(title, files) {
	const read = (/** @type {string | undefined} */ file) => readFile(path.join(site, file ?? ''));
	const contents = await Promise.all(files.map(read));
	const lines = contents.map((content, at) => sizeLine(`  ${files[at]}`, [content]));
	process.stdout.write([sizeLine(title, contents), ...lines, ''].join('\n'));
}

/**
 * @param {string} name
 * @param {Buffer[]} contents
 */
function sizeLine(name, contents) {
	const kb = (/** @type {(content: Buffer) => number} */ size) =>
		(contents.reduce((sum, content) => sum + size(content), 0) / 1000).toFixed(1).padStart(8);
	const raw = kb((content) => content.length);
	const zipped = kb((content) => gzipSync(content, { level: 9 }).length);
	return `${name.padEnd(36)}${raw} kB${zipped} kB gzipped`;
}

/** Our tsconfig.json extends one that SvelteKit writes; Vite reads both. */
async function sync() {
	const script = path.join(root, 'node_modules/@sveltejs/kit/svelte-kit.js');
	const { code, text } = await run(process.execPath, [script, 'sync'], { quiet: true });
	if (code !== 0) throw new Problem(`${text}\nsvelte-kit sync failed (exit code ${code}).`);
}

/** @param {string} template */
async function writeSite(template) {
	const manifest = await takeManifest(site);
	const { scripts, styles } = atOpening(manifest);
	await cp(path.join(root, 'static/favicon.svg'), path.join(site, 'favicon.svg'));
	await cp(path.join(root, 'static/recordings'), path.join(site, 'recordings'), {
		recursive: true
	});
	const policy = [
		"default-src 'none'",
		`script-src 'self' ${hashOf(standIn)}`,
		"style-src 'self' 'unsafe-inline'",
		"img-src 'self' data:",
		"connect-src 'self'",
		"worker-src 'self'",
		...neverNeeded
	];
	const [entry, ...others] = scripts;
	const head = [
		`<script>${standIn}</script>`,
		...styles.map((file) => `<link rel="stylesheet" href="./${file}" />`),
		...others.map((file) => `<link rel="modulepreload" href="./${file}" />`),
		`<script type="module" src="./${entry}"></script>`
	];
	const page = fill(template, policy, head, [], './favicon.svg');
	await writeFile(path.join(site, 'index.html'), page);
}

/** @param {string} template */
async function writeSingle(template) {
	const { scripts, styles } = atOpening(await takeManifest(parts));
	const read = (/** @type {string} */ file) => readFile(path.join(parts, file), 'utf8');
	const script = insideScript((await Promise.all(scripts.map(read))).join('\n'));
	const style = (await Promise.all(styles.map(read))).join('\n');
	if (/<\/style/i.test(style)) throw new Problem('A style would end its element.');
	const policy = [
		"default-src 'none'",
		`script-src ${hashOf(script)}`,
		"style-src 'unsafe-inline'",
		'img-src data:',
		"connect-src 'none'",
		'worker-src blob:',
		...neverNeeded
	];
	const icon = await readFile(path.join(root, 'static/favicon.svg'), 'base64');
	const body = [...(await recordingBlocks()), `<script>${script}</script>`];
	const icons = `data:image/svg+xml;base64,${icon}`;
	const page = fill(template, policy, [`<style>${style}</style>`], body, icons);
	await writeFile(path.join(site, singleFile), page);
}

/** @returns {Promise<string[]>} each bundled recording in an element that no browser runs */
async function recordingBlocks() {
	const folder = path.join(root, 'static/recordings');
	const names = (await readdir(folder)).filter((name) => name.endsWith('.execscope')).sort();
	return Promise.all(
		names.map(async (name) => {
			const lines = await readFile(path.join(folder, name), 'utf8');
			// In JSON `<` stands in strings alone, where it may as well be written like this.
			const text = lines.replaceAll('<', '\\u003c');
			const id = name.slice(0, -'.execscope'.length);
			return `<script type="application/x-ndjson" data-recording="${id}">${text}</script>`;
		})
	);
}

const neverNeeded = ["form-action 'none'", "base-uri 'none'"];

/**
 * The document of `npm start`, with what SvelteKit would have put into it.
 * @param {string} template
 * @param {string[]} policy
 * @param {string[]} head
 * @param {string[]} body
 * @param {string} icon
 */
function fill(template, policy, head, body, icon) {
	const meta = `<meta http-equiv="Content-Security-Policy" content="${policy.join('; ')}" />`;
	const page = '<div id="page" style="display: contents"></div>';
	/** @type {[string, string][]} */
	const holes = [
		['<html lang="en">', '<html lang="en" data-server="none">'],
		['<meta charset="utf-8" />', `<meta charset="utf-8" />\n\t\t${meta}`],
		['%sveltekit.assets%/favicon.svg', icon],
		['%sveltekit.head%', head.join('\n\t\t')],
		['%sveltekit.body%', [page, ...body].join('\n')]
	];
	return holes.reduce((text, [hole, filling]) => {
		if (!text.includes(hole)) throw new Problem(`src/app.html has no ${hole} any more.`);
		// As a function, since a script is full of what a replacement text would take for a pattern.
		return text.replace(hole, () => filling);
	}, template);
}

/**
 * What must not stand inside a script element, or would be changed by the parser before its hash is taken.
 * @param {string} code
 */
function insideScript(code) {
	return code
		.replace(/<(?=\/script|!--)/gi, '\\x3c')
		.replaceAll('\0', '\\x00')
		.replace(/\r\n?/g, '\n');
}

/** @param {string} script */
function hashOf(script) {
	return `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
}

/**
 * @param {string} folder
 * @returns {Promise<Record<string, Chunk>>}
 */
async function takeManifest(folder) {
	const file = path.join(folder, 'manifest.json');
	const manifest = JSON.parse(await readFile(file, 'utf8'));
	await rm(file);
	return manifest;
}

/**
 * What is loaded before anything is asked for: the entry first.
 * @param {Record<string, Chunk>} manifest
 */
function atOpening(manifest) {
	/** @type {Set<string>} */
	const scripts = new Set();
	/** @type {Set<string>} */
	const styles = new Set();
	const visit = (/** @type {Chunk | undefined} */ chunk) => {
		if (!chunk || scripts.has(chunk.file)) return;
		scripts.add(chunk.file);
		for (const file of chunk.css ?? []) styles.add(file);
		for (const name of chunk.imports ?? []) visit(manifest[name]);
	};
	visit(Object.values(manifest).find((chunk) => chunk.isEntry));
	const inOnePiece = manifest['style.css'];
	if (inOnePiece) styles.add(inOnePiece.file);
	return { scripts: [...scripts], styles: [...styles] };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
		process.on(signal, () => {
			stopChildren();
			process.exit(130);
		});
	process.stdout.on('error', () => {}); // read by something like `head`, which has gone
	try {
		await exclusively(async () => {
			await install('start');
			await buildStatic();
		});
		await printSizes();
	} catch (error) {
		process.exit(report(error));
	}
}
