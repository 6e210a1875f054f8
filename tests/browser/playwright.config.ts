import { defineConfig } from '@playwright/test';

/**
 * Whole-page checks. `npm test` finds the browser and says where it is; these flags keep it quiet on a machine
 * without a network, and let it run as root in a container.
 */
export default defineConfig({
	testDir: '.',
	testMatch: '**/*.spec.ts',
	outputDir: '../../test-results',
	workers: 1,
	retries: 0,
	timeout: 60_000,
	expect: { timeout: 10_000 },
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
				'--disable-background-networking',
				'--disable-component-update',
				'--disable-sync',
				'--no-first-run'
			]
		}
	}
});
