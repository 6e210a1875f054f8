/** The Table that a server makes of a list (meta.k8s.io/v1beta1 or v1), and what `kubectl get` prints of it. */
export interface Table {
	kind: 'Table';
	columnDefinitions: { name: string; priority?: number }[];
	rows: { cells: unknown[]; object?: { metadata?: { name?: string; namespace?: string } } }[];
}

export interface TableOptions {
	wide: boolean;
	headers: boolean;
	/** Begins each line with the namespace. */
	namespaces: boolean;
	/** Begins each name with `kind/`, when several kinds were asked for. */
	kind?: string;
}

export function isTable(value: unknown): value is Table {
	return (value as { kind?: unknown } | null)?.kind === 'Table';
}

/** Lines of cells, headers first if they are wanted. */
export function tableLines(table: Table, options: TableOptions): string[][] {
	const columns = table.columnDefinitions
		.map((definition, at) => ({ ...definition, at }))
		.filter(({ priority = 0 }) => options.wide || priority === 0);
	const headers = columns.map(({ name }) => name.toUpperCase());
	const lines = table.rows.map((row) => {
		const cells = columns.map(({ at }) => cellText(row.cells[at]));
		if (options.kind !== undefined) cells[0] = `${options.kind}/${cells[0]}`;
		return options.namespaces ? [row.object?.metadata?.namespace ?? '', ...cells] : cells;
	});
	const top = options.namespaces ? ['NAMESPACE', ...headers] : headers;
	return options.headers ? [top, ...lines] : lines;
}

/** A server that makes no Table still gets a list with names and ages, as kubectl prints unknown kinds. */
export function plainTable(list: unknown, now: Date): Table {
	const object = list as { items?: unknown[] };
	const items = (object.items ?? [list]) as {
		metadata?: { name?: string; namespace?: string; creationTimestamp?: string };
	}[];
	return {
		kind: 'Table',
		columnDefinitions: [{ name: 'Name' }, { name: 'Age' }],
		rows: items.map((item) => ({
			cells: [item.metadata?.name ?? '', age(item.metadata?.creationTimestamp, now)],
			object: item
		}))
	};
}

/** duration.HumanDuration of apimachinery. */
function age(created: string | undefined, now: Date): string {
	const seconds = Math.floor((now.getTime() - Date.parse(created ?? '')) / 1000);
	if (Number.isNaN(seconds)) return '<unknown>';
	if (seconds < -1) return '<invalid>';
	if (seconds < 0) return '0s';
	const [minute, hour, day] = [60, 3600, 86_400];
	const parts = (big: number, bigName: string, small: number, smallName: string) => {
		const rest = Math.floor((seconds % big) / small);
		return `${Math.floor(seconds / big)}${bigName}${rest === 0 ? '' : `${rest}${smallName}`}`;
	};
	if (seconds < 2 * minute) return `${seconds}s`;
	if (seconds < 10 * minute) return parts(minute, 'm', 1, 's');
	if (seconds < 3 * hour) return `${Math.floor(seconds / minute)}m`;
	if (seconds < 8 * hour) return parts(hour, 'h', minute, 'm');
	if (seconds < 2 * day) return `${Math.floor(seconds / hour)}h`;
	if (seconds < 8 * day) return parts(day, 'd', hour, 'h');
	if (seconds < 2 * 365 * day) return `${Math.floor(seconds / day)}d`;
	return parts(365 * day, 'y', day, 'd');
}

function cellText(cell: unknown): string {
	if (cell === null || cell === undefined) return '<nil>';
	if (typeof cell === 'string') return cell;
	return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}
