import type { Runtime } from '../trace/eras.ts';
import { messages, type Language, type Messages } from './messages.ts';

/** The words of a language, with the lane between kubelet and Docker named as the program that it is. */
export function messagesOf(language: Language, runtime: Runtime): Messages {
	const said: Messages = messages[language];
	if (runtime === 'dockershim') return said;
	return {
		...said,
		lanes: { ...said.lanes, dockershim: runtime },
		inLane: { ...said.inLane, dockershim: runtime }
	};
}
