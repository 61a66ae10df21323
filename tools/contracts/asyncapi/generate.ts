// Writes the AsyncAPI document to the place where the gateway reads it, when its sources have changed.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { root } from '../../database/migrate/databases.ts';
import { renderDocument } from './document.ts';

const path = join(root, 'apps/gateway/src/http/message-docs/generated/asyncapi.json');

/** What the file must hold, when it does not; null when it is up to date. Throws Error as `renderDocument` does. */
export async function staleDocument(): Promise<string | null> {
  const text = `${JSON.stringify(renderDocument(), null, 2)}\n`;
  const present = await readFile(path, 'utf8').catch(() => null);
  return present === text ? null : text;
}

/** False when it was up to date. */
export async function generateDocument(): Promise<boolean> {
  const text = await staleDocument();
  if (text === null) return false;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return true;
}

if (import.meta.main)
  console.log((await generateDocument()) ? `wrote ${relative(root, path)}` : 'the AsyncAPI document is up to date');
