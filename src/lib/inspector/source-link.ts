/** A permalink on GitHub in the parts that a reader wants to see. */
export interface SourceLink {
	url: string;
	repository: string;
	/** Tag, or the first digits of a commit: `v1.15.3`. */
	at: string;
	path: string;
}

/** Undefined for what is no link to a file. */
export function sourceLinkOf(url: string): SourceLink | undefined {
	const match = /^https:\/\/github\.com\/[^/]+\/([^/]+)\/blob\/([^/]+)\/(.+)$/.exec(url);
	if (!match) return undefined;
	const [, repository = '', at = '', path = ''] = match;
	// Repositories split off from kubernetes tag its releases by their name.
	const release = at.replace(/^kubernetes-/, 'v');
	return { url, repository, at: release, path };
}
