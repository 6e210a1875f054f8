/** What a list item of the ladder says and shows beside its words: plain values, so that two are soon compared. */
export interface RowMarks {
	/** The row in one sentence, for whoever hears it. */
	name: string;
	time: string;
	/** The chapter that it opens, or nothing. */
	chapter: string;
	/** What the button of a fold says. */
	foldWord: string | undefined;
	/** The next run is held there. */
	armed: boolean;
	selected: boolean;
	/** Under the pointer, or with the focus. */
	looked: boolean;
	/** A search found it. */
	found: boolean;
	/** Only one row is in the order of Tab; arrows move within. */
	tabbable: boolean;
	/** Of how many rows it is which, where not all are in the page; -1 where nobody knows how many. */
	of: number | undefined;
	place: number | undefined;
}

/** Whether two rows say and show the same. */
export function sameMarks(one: RowMarks, other: RowMarks): boolean {
	for (const name in one)
		if (one[name as keyof RowMarks] !== other[name as keyof RowMarks]) return false;
	return true;
}
