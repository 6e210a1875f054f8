declare global {
	namespace App {
		interface Locals {
			role: 'driver' | 'none';
		}
	}
}

export {};
