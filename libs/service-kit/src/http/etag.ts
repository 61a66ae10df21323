/** Versions as HTTP entity tags: strong tags such as "3". */

export function etagOf(version: number): string {
  return `"${version}"`;
}

/** The versions that If-Match names; undefined when it allows any. Weak or foreign tags match nothing (RFC 9110 13.1.1). */
export function versionsIn(ifMatch: string | undefined): number[] | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  return tagsIn(ifMatch).flatMap(({ weak, tag }) => (!weak && /^[1-9]\d{0,9}$/.test(tag) ? [Number(tag)] : []));
}

/** Whether If-None-Match names `version`; here weak tags match too (RFC 9110 13.1.2). */
export function isKnown(ifNoneMatch: string | undefined, version: number): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.trim() === '*' || tagsIn(ifNoneMatch).some(({ tag }) => tag === String(version));
}

function tagsIn(header: string): { weak: boolean; tag: string }[] {
  return [...header.matchAll(/(W\/)?"([^"]*)"/g)].map(([, weak, tag = '']) => ({ weak: weak !== undefined, tag }));
}
