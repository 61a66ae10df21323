// The client in the repository is made from the routes as they are now.
import { expect, test } from 'vitest';
import { staleClientFiles } from './generate.ts';

test('the API document and the types of the client are up to date: `npm run generate`', async () => {
  expect((await staleClientFiles()).map(({ path }) => path)).toEqual([]);
}, 60_000);
