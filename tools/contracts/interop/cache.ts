// The folder of what a language needs, after it was downloaded: it is renewed when the file that lists it changes.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const cacheFolder = join(import.meta.dirname, '../../../.cache/interop');

/** `more` is whatever else decides the content. */
export function cachedBy(language: string, listFile: string, more = ''): string {
  const hash = createHash('sha256').update(readFileSync(listFile)).update(more).digest('hex');
  return join(cacheFolder, `${language}-${hash.slice(0, 12)}`);
}
