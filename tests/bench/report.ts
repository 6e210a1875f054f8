import { cpus, loadavg } from 'node:os';

/** What was measured, a list of values for each name: one a run. */
export class Samples {
	readonly #values = new Map<string, number[]>();

	add(name: string, value: number | undefined): void {
		if (value === undefined || !Number.isFinite(value)) return;
		const known = this.#values.get(name);
		if (known) known.push(value);
		else this.#values.set(name, [value]);
	}

	addAll(name: string, values: readonly number[]): void {
		for (const value of values) this.add(name, value);
	}

	/** The middle value; undefined when nothing was measured. */
	median(name: string): number | undefined {
		return quantile(this.#values.get(name) ?? [], 0.5);
	}

	quantile(name: string, share: number): number | undefined {
		return quantile(this.#values.get(name) ?? [], share);
	}

	max(name: string): number | undefined {
		const values = this.#values.get(name);
		return values && Math.max(...values);
	}

	/** `12.3 (11..15)`, or a dash. */
	cell(name: string): string {
		const values = this.#values.get(name) ?? [];
		if (values.length === 0) return '-';
		const middle = short(quantile(values, 0.5)!);
		if (values.length === 1) return middle;
		return `${middle} (${short(Math.min(...values))}..${short(Math.max(...values))})`;
	}
}

/** By nearest rank. */
export function quantile(values: readonly number[], share: number): number | undefined {
	const sorted = [...values].sort((a, b) => a - b);
	if (sorted.length === 0) return undefined;
	if (share === 0.5 && sorted.length % 2 === 0)
		return (sorted[sorted.length / 2 - 1]! + sorted[sorted.length / 2]!) / 2;
	return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

export function short(value: number): string {
	if (Math.abs(value) >= 100) return String(Math.round(value));
	return String(Number(value.toPrecision(3)));
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** One goal: how it came out, or why nothing was measured. */
export interface Goal {
	what: string;
	/** At most this much. */
	limit: number;
	unit: string;
	measured: number | undefined;
	/** Why there is no number. */
	why?: string | undefined;
}

export function goalTable(goals: readonly Goal[]): string {
	return table(
		['goal', 'at most', 'measured', ''],
		goals.map(({ what, limit, unit, measured, why }) => [
			what,
			`${limit} ${unit}`,
			measured === undefined ? (why ?? 'not run') : `${short(measured)} ${unit}`,
			measured === undefined
				? why === undefined
					? ''
					: 'missed'
				: measured <= limit
					? 'reached'
					: 'missed'
		])
	);
}

export function machine(): string {
	const [first] = cpus();
	return `${cpus().length} x ${first?.model ?? 'unknown CPU'}, Node ${process.versions.node}`;
}

export const load = (): string => (loadavg()[0] ?? 0).toFixed(2);
