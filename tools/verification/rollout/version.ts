// The two versions of a rolling run.

/** `v1`: the bundle of before the change; `v2`: today's, which writes the newest version of each contract. */
export type Version = 'v1' | 'v2';
