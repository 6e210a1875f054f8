import type { Guard, Role } from '$lib/server/guard';

declare global {
	namespace App {
		interface Locals {
			guard: Guard;
			role: Role;
			/** The folder of this Execscope's recordings, once its cluster runs. */
			recordings: string | undefined;
		}
	}
}
