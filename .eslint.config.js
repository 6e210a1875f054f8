import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import typescript from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** The house rules that a tool can see; how code is laid out is Prettier's business alone. */
export default typescript.config(
	{
		ignores: [
			'node_modules/',
			'build/',
			'dist/',
			'.svelte-kit/',
			'.toolchain/',
			'tests/fixtures/',
			'tests/browser/node_modules/',
			'tests/fonts/node_modules/',
			'tests/bench/node_modules/'
		]
	},
	...typescript.configs.recommendedTypeChecked,
	...svelte.configs.recommended,
	...svelte.configs.prettier,
	{
		languageOptions: {
			globals: globals.node,
			parserOptions: {
				projectService: { allowDefaultProject: ['.eslint.config.js'] },
				tsconfigRootDir: import.meta.dirname,
				extraFileExtensions: ['.svelte']
			}
		},
		linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
		rules: {
			eqeqeq: 'error',
			'no-console': ['error', { allow: ['error'] }],
			'no-control-regex': 'off',
			'no-var': 'error',
			'object-shorthand': 'error',
			'prefer-const': 'error',
			'prefer-template': 'error',
			'no-undef': 'off', // TypeScript knows better
			'@typescript-eslint/no-unused-vars': [
				'error',
				{ argsIgnorePattern: '^_', varsIgnorePattern: '^_' }
			],
			'@typescript-eslint/switch-exhaustiveness-check': [
				'error',
				{ considerDefaultExhaustiveForUnions: true }
			],
			'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
			'@typescript-eslint/no-explicit-any': 'error',
			// A function that is async by its type, or a number in a template, is no mistake.
			'@typescript-eslint/require-await': 'off',
			// Programs are records of functions without `this`.
			'@typescript-eslint/unbound-method': 'off',
			// What a stranger's JSON holds is only shown back to them.
			'@typescript-eslint/no-base-to-string': 'off',
			'@typescript-eslint/restrict-template-expressions': [
				'error',
				{ allowNumber: true, allowBoolean: true }
			]
		}
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: {
			globals: globals.browser,
			parserOptions: { parser: typescript.parser, svelteConfig }
		},
		rules: {
			// Every link of the page is a fragment of itself or leads out of it.
			'svelte/no-navigation-without-resolve': 'off',
			// Props are declared with let as a whole, because some are bindable.
			'prefer-const': 'off',
			// State is replaced as a whole ($state.raw), never changed inside.
			'svelte/prefer-svelte-reactivity': 'off'
		}
	},
	{
		// Types of .svelte imports are known to svelte-check, not to ESLint.
		files: ['**/*.svelte', '**/*.svelte.ts', '**/*.js'],
		...typescript.configs.disableTypeChecked
	}
);
