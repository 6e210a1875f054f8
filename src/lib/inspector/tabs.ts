/** The tabs of the panel beside the ladder. */
export type TabId = 'explain' | 'fields' | 'bytes' | 'source';
