// Writes the API document and the types of the client, when the routes of the services have changed.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import openapiTypes, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { root } from '../../database/migrate/databases.ts';
import { publicDocument } from './document.ts';

type File = { path: string; text: string };

const header = '// Made from openapi.json by `npm run generate`; do not edit.\n\n';

/** The files that are missing or not up to date, with what they must hold. */
export async function staleClientFiles(): Promise<File[]> {
  const document = await publicDocument();
  const types = astToString(
    await openapiTypes(document as unknown as OpenAPI3, { alphabetize: true, enumValues: false }),
  );
  const files = [
    { path: 'libs/client/openapi.json', text: `${JSON.stringify(document, null, 2)}\n` },
    { path: 'libs/client/src/generated/api.ts', text: header + types },
  ];
  const present = await Promise.all(files.map(({ path }) => readFile(join(root, path), 'utf8').catch(() => null)));
  return files.filter(({ text }, at) => present[at] !== text);
}

/** The paths of the files that it wrote. */
export async function generateClient(): Promise<string[]> {
  const stale = await staleClientFiles();
  for (const { path, text } of stale) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return stale.map(({ path }) => path);
}

if (import.meta.main) {
  console.log((await generateClient()).map((path) => `wrote ${path}`).join('\n') || 'the client is up to date');
  process.exit();
}
