import { defineConfig } from '@playwright/test';

const withoutServer = /(static|ladder|time|panels|access|looks)\.spec\.ts$/;

/**
 * Whole-page checks. `npm test` finds the browser and says where it is; these flags keep it quiet on a machine
 * without a network, and let it run as root in a container.
 */
export default defineConfig({
	testDir: '.',
	outputDir: '../../test-results',
	workers: 2,
	projects: [
		// Each starts the product, which has containers to run: one at a time.
		{ name: 'live', testIgnore: withoutServer, workers: 1 },
		{ name: 'static', testMatch: withoutServer, fullyParallel: true }
	],
	retries: 0,
	timeout: 60_000,
	// What another machine smooths otherwise is no change of the page; a word that moves is.
	expect: {
		timeout: 10_000,
		toHaveScreenshot: {
			animations: 'disabled',
			caret: 'hide',
			maxDiffPixelRatio: 0.02,
			pathTemplate: '{testDir}/looks/{arg}{ext}',
			threshold: 0.2
		}
	},
	updateSnapshots: process.env['EXECSCOPE_LOOKS'] === 'renew' ? 'all' : 'none',
	reporter: [['list'], ['json', { outputFile: process.env['EXECSCOPE_RESULTS'] ?? '/dev/null' }]],
	use: {
		headless: true,
		locale: 'en-US',
		trace: 'retain-on-failure',
		viewport: { width: 1280, height: 720 },
		launchOptions: {
			...(process.env['EXECSCOPE_BROWSER']
				? { executablePath: process.env['EXECSCOPE_BROWSER'] }
				: {}),
			args: [
				'--no-sandbox',
				'--disable-gpu',
				'--font-render-hinting=none',
				'--disable-background-networking',
				'--disable-component-update',
				'--disable-sync',
				'--no-first-run'
			]
		}
	}
});
