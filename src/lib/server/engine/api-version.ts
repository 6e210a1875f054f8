/** Which paths and versions of the API are there at all. */
import { apiVersion, errorAnswer, minApiVersion, type Answer } from './answers.ts';

/** The refusal of a path whose version this engine does not speak. */
export function versionProblem(asked: string | undefined): Answer | undefined {
	if (!asked) return undefined;
	const number = (text: string) => text.split('.').map(Number) as [number, number];
	const compare = (a: string, b: string) =>
		number(a)[0] - number(b)[0] || number(a)[1] - number(b)[1];
	if (compare(asked, apiVersion) > 0)
		return {
			...errorAnswer(
				400,
				`client version ${asked} is too new. Maximum supported API version is ${apiVersion}`
			),
			without: ['Docker-Experimental']
		};
	if (compare(asked, minApiVersion) >= 0) return undefined;
	return {
		status: 400,
		text: `client version ${asked} is too old. Minimum supported API version is ${minApiVersion}, please upgrade your client to a newer version\n`,
		type: 'text/plain; charset=utf-8',
		headers: [['X-Content-Type-Options', 'nosniff']],
		without: ['Docker-Experimental']
	};
}

/** Paths of a real dockerd that are not served here; any other path has no meaning to either. */
const beyond =
	/^\/(auth|build|commit|configs|distribution|events|exec|grpc|images|networks|nodes|plugins|secrets|services|session|swarm|system|tasks|volumes|containers)(\/|$)/;

/** The answer for a path that is no route. */
export function notServed(path: string): Answer {
	if (beyond.test(path)) return errorAnswer(501, `the embedded engine does not serve ${path}`);
	return {
		...errorAnswer(404, 'page not found'),
		without: ['Api-Version', 'Docker-Experimental', 'Ostype', 'Server']
	};
}
