// What the files were when `npm run ok` last passed: a fingerprint of each, by path.
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../database/migrate/databases.ts';

export type Fingerprints = Readonly<Record<string, string>>;

/** Of every file that git tracks or would track. */
export function fingerprints(): Fingerprints {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  });
  const files = listed.split('\n').filter((file) => file !== '' && existsSync(join(root, file)));
  return Object.fromEntries(
    files.map((file) => [
      file,
      createHash('sha1')
        .update(readFileSync(join(root, file)))
        .digest('hex'),
    ]),
  );
}

/** Null when there was no green run. */
export function readGreenRun(folder: string): Fingerprints | null {
  const file = fileIn(folder);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Fingerprints) : null;
}

export function writeGreenRun(folder: string, now: Fingerprints): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileIn(folder), JSON.stringify(now));
}

function fileIn(folder: string): string {
  return join(folder, 'green-run.json');
}
