// Which Python is used for the proof, and the message when there is none.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MissingToolError, orMissing } from '../missing.ts';
import { preparePython } from '../python.ts';

let place: string;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'oms-python-'));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

test('a missing Python is reported, with a remedy', async () => {
  expect(await orMissing(preparePython({ PATH: place }))).toMatchObject({
    message: 'python3 was not found on PATH (Debian: apt-get install python3 python3-pip; macOS: brew install python)',
  });
});

test('a Python that is too old is reported', async () => {
  python3('echo 9 cpython-39-test');
  const found = await orMissing(preparePython({ PATH: place }));
  expect(found).toBeInstanceOf(MissingToolError);
  expect(found).toMatchObject({ message: expect.stringMatching(/Python 3\.11 or newer, and python3 is 3\.9/) });
});

test('a Python without pip is reported', async () => {
  python3('[ "$1" = -c ] && echo 11 cpython-311-test');
  expect(await orMissing(preparePython({ PATH: place }))).toMatchObject({
    message: expect.stringMatching(/^python3 has no pip \(Debian: apt-get install/),
  });
});

test('what pip says last is passed on', async () => {
  python3(
    'case "$*" in -c*) echo 11 cpython-311-test ;; *install*) echo "ERROR: No matching distribution" >&2; exit 1 ;; esac',
  );
  expect(await orMissing(preparePython({ PATH: place }))).toMatchObject({
    message: expect.stringMatching(/^pip could not bring .*requirements\.txt: ERROR: No matching distribution$/),
  });
});

function python3(script: string): void {
  const file = join(place, 'python3');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}
