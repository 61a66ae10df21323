// Generated events in a copy of the repository: the compiler, the formatter and the tests of the contracts accept them.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyWith, treeOfContracts, type Copy } from '../../../repo/service-generator/test/repository-copy.ts';
import { generateEvent } from '../event.ts';
import { assigned } from './assigned-event.ts';

describe('a new event on a known topic', () => {
  let copy: Copy;
  beforeAll(async () => {
    const tree = treeOfContracts();
    await generateEvent(tree, assigned);
    copy = await copyWith(tree);
  }, 60_000);
  afterAll(() => copy.remove());

  test('passes the check at once, when the document is made, as Nx has it done afterwards', async () => {
    expect(await copy.run('node', 'tools/dev/oms/main.ts', 'schemas', 'generate')).toEqual({
      code: 0,
      output: 'wrote asyncapi.json\n',
    });
    expect(await copy.run('node', 'tools/dev/oms/main.ts', 'schemas', 'check')).toEqual({
      code: 0,
      output: expect.stringMatching(/may be merged/) as string,
    });
  }, 60_000);

  test('is formatted', async () => {
    expect(await copy.run('prettier', '--check', 'libs/contracts')).toMatchObject({ code: 0 });
  }, 60_000);

  test('compiles, and the tests of the contracts take it up', async () => {
    expect(await copy.run('tsc', '-p', 'libs/contracts', '--noEmit')).toEqual({ code: 0, output: '' });
    const { code, output } = await copy.run(
      'vitest',
      'run',
      '--project',
      'unit',
      '--reporter',
      'verbose',
      'libs/contracts/',
    );
    expect(output).toMatch(/✓.*COURIER_ASSIGNED > reads back as it was written/);
    expect(output).toMatch(/✓.*notification > reads courier-assigned.v1.json as it expects/);
    expect({ code, output: code === 0 ? '' : output.slice(-3_000) }).toEqual({ code: 0, output: '' });
  }, 120_000);
});

test('a new topic passes the check', async () => {
  const tree = treeOfContracts();
  await generateEvent(tree, { ...assigned, topic: 'courier-events', owner: 'order' });
  const copy = await copyWith(tree);
  expect(await copy.run('node', 'tools/dev/oms/main.ts', 'schemas', 'generate')).toMatchObject({ code: 0 });
  expect(await copy.run('node', 'tools/dev/oms/main.ts', 'schemas', 'check')).toMatchObject({ code: 0 });
  await copy.remove();
}, 60_000);
