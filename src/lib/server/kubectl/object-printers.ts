/**
 * `-o json` and `-o yaml`: keys sorted, as Go marshals maps; JSON with `<`, `>` and `&` escaped, YAML as yaml.v2
 * writes it (lists as deep as their key, strings quoted only where they would be read as something else).
 */
type Tree = string | number | boolean | null | Tree[] | { [key: string]: Tree };

/** Indented by `indent` spaces, with a newline at its end. */
export function printJson(object: unknown, indent = 4): string {
	const text = JSON.stringify(sorted(object as Tree), null, indent);
	const escaped = text.replace(
		/[<>&\u2028\u2029]/g,
		(char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
	);
	return `${escaped}\n`;
}

export function printYaml(object: unknown): string {
	const tree = object as Tree;
	return isEmpty(tree) || typeof tree !== 'object' ? `${scalar(tree)}\n` : block(tree, '');
}

function sorted(tree: Tree): Tree {
	if (Array.isArray(tree)) return tree.map(sorted);
	if (typeof tree !== 'object' || tree === null) return tree;
	return Object.fromEntries(entries(tree).map(([key, value]) => [key, sorted(value)]));
}

function entries(tree: { [key: string]: Tree }): [string, Tree][] {
	return Object.entries(tree)
		.filter(([, value]) => value !== undefined)
		.sort(([a], [b]) => (a < b ? -1 : 1));
}

function block(tree: Tree, indent: string): string {
	if (Array.isArray(tree)) {
		return tree.map((item) => `${indent}- ${nested(item, `${indent}  `).trimStart()}`).join('');
	}
	return entries(tree as { [key: string]: Tree })
		.map(([key, value]) => {
			if (isEmpty(value) || typeof value !== 'object') {
				return `${indent}${scalar(key)}: ${scalar(value, indent)}\n`;
			}
			return `${indent}${scalar(key)}:\n${block(value, Array.isArray(value) ? indent : `${indent}  `)}`;
		})
		.join('');
}

function nested(tree: Tree, indent: string): string {
	return isEmpty(tree) || typeof tree !== 'object'
		? `${scalar(tree, indent)}\n`
		: block(tree, indent);
}

function isEmpty(tree: Tree): boolean {
	return typeof tree === 'object' && (tree === null || Object.keys(tree).length === 0);
}

const otherTypes =
	/^(?:|~|null|Null|NULL|true|True|TRUE|false|False|FALSE|y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF|<<|=|[-+]?\.inf|[-+]?\.Inf|[-+]?\.INF|\.nan|\.NaN|\.NAN|[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[\da-fA-F_]+|\d[\d_]*(?:\.[\d_]*)?(?:[eE][-+]?\d+)?|\.[\d_]+(?:[eE][-+]?\d+)?)|[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?|\d{4}-\d\d?-\d\d?(?:[Tt ].*)?)$/;

function scalar(tree: Tree, indent = ''): string {
	if (Array.isArray(tree)) return '[]';
	if (tree === null) return 'null';
	if (typeof tree === 'object') return '{}';
	if (typeof tree !== 'string') return String(tree);
	if (tree.includes('\n') && !/[^\P{C}\n\t]/u.test(tree) && !/^\s|[ \t]\n/.test(tree)) {
		return literal(tree, indent);
	}
	if (otherTypes.test(tree) || /[^\P{C}]/u.test(tree)) return doubleQuoted(tree);
	const plain =
		/^(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|[-?:](?=\S))/.test(tree) &&
		!/: |:$| #|\s$/.test(tree) &&
		!/^(?:---|\.\.\.)/.test(tree);
	return plain ? tree : `'${tree.replaceAll("'", "''")}'`;
}

function literal(text: string, indent: string): string {
	const chomp = text.endsWith('\n\n') ? '+' : text.endsWith('\n') ? '' : '-';
	const lines = text.replace(/\n$/, '').split('\n');
	return `|${chomp}\n${lines.map((line) => (line === '' ? '' : `${indent}  ${line}`)).join('\n')}`;
}

function doubleQuoted(text: string): string {
	return JSON.stringify(text).replace(
		/[\u007f-\u009f\u2028\u2029\ufeff]/g,
		(char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
	);
}
