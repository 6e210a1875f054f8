interface Voice {
	readonly lang: string;
	readonly default: boolean;
	readonly localService: boolean;
}

/**
 * The voice for a language: one of this machine only, since others send what they read to somebody else. The same
 * region is better than another, and the browser's own choice than any.
 */
export function voiceFor<V extends Voice>(voices: readonly V[], tag: string): V | undefined {
	const wanted = parts(tag);
	const rank = (voice: V): number => {
		const own = parts(voice.lang);
		if (!voice.localService || own[0] !== wanted[0]) return 0;
		return 1 + (own[1] === wanted[1] ? 4 : 0) + (voice.default ? 2 : 0);
	};
	const best = voices.reduce<V | undefined>(
		(found, voice) => (rank(voice) > (found ? rank(found) : 0) ? voice : found),
		undefined
	);
	return best;
}

/** Browsers write `zh-CN`, `zh_CN` and `cmn-Hans-CN` of the same. */
function parts(tag: string): [language: string, region: string | undefined] {
	const [language = '', ...more] = tag.toLowerCase().split(/[-_]/);
	return [language === 'cmn' ? 'zh' : language, more.find((part) => /^[a-z]{2}$/.test(part))];
}
