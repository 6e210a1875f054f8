import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cells, matrixEras } from '../matrix/cells.ts';
import { tryCell } from '../matrix/try-cell.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { kubectlVersions } from '../support/real-kubectl.ts';
import { runKubectl } from '../support/type-kubectl.ts';

/** One cell of each verb; `npm run matrix` tries them all, with every kubectl. */
const quick = cells.filter((cell) => cell.quick);

describe.each(matrixEras)('in era %s', (era) => {
	let lab: Lab;
	beforeAll(async () => {
		lab = await startLab({ era });
		for (const version of kubectlVersions) await runKubectl(lab, version, ['get', 'po']);
	}, 180_000);
	afterAll(() => lab?.close());

	const its = quick.filter(({ eras }) => eras?.includes(era) ?? true);
	describe.each(kubectlVersions)('kubectl %s', (version) => {
		it.each(its.map((cell) => [cell.id, cell] as const))('%s', async (_, cell) => {
			expect(await tryCell(cell, lab, version, era)).toEqual([]);
		});
	});
});
