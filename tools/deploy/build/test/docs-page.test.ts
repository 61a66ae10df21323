// The files that /docs serves are next to the bundle, and the gateway's bundle has the AsyncAPI document.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { root } from '../../../database/migrate/databases.ts';
import { copyDocsPage } from '../docs-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'docs-page-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the gateway has the document of the messages too, and it is named among what the bundle is made from', async () => {
  const [document = ''] = await copyDocsPage('gateway', folder);
  expect(readFileSync(join(folder, 'asyncapi.json'))).toEqual(readFileSync(join(root, document)));
});

test('another service has the page of its HTTP API only', async () => {
  expect(await copyDocsPage('order', folder)).toEqual([]);
  const copied = readdirSync(folder);
  expect(copied).toEqual(expect.arrayContaining(['LICENSE', 'swagger-ui-bundle.js', 'swagger-ui.css']));
  expect(copied).not.toContain('asyncapi.json');
});
