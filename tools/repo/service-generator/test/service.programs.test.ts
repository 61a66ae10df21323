// A new service in a copy of the repository: the gate lets it in as it is.
import type { Tree } from '@nx/devkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateEvent } from '../../../contracts/event-generator/event.ts';
import { generateService } from '../service.ts';
import { newcomer, treeForService } from './new-service.ts';
import { copyWith, type Copy } from './repository-copy.ts';

const patienceMs = 300_000;

async function listening(tree: Tree): Promise<void> {
  await generateService(tree, newcomer);
}

/** It says an event of its own, to a topic that is there. */
async function speaking(tree: Tree): Promise<void> {
  const doc = 'A newcomer took the order.';
  await generateEvent(tree, { topic: 'order-events', name: 'newcomer-arrived', aggregate: 'OrderId', doc });
  const reads = ['inventory-alerts', 'order-events'];
  await generateService(tree, { ...newcomer, reads, publishes: ['NEWCOMER_ARRIVED'] });
}

describe.each([
  {
    service: 'that listens',
    make: listening,
    formed: [
      'apps/newcomer',
      'apps/gateway',
      'libs/contracts',
      'k8s',
      'docker',
      'tools/dev/stack',
      'tools/verification/journey',
      '*.md',
    ],
    // all of it in one program, which is less work than three
    compiled: ['.'],
    tested: [
      'apps/newcomer',
      'apps/gateway/',
      'libs/contracts/',
      'tools/repo/tidy',
      'tools/contracts/asyncapi',
      'tools/deploy/kubernetes',
      'tools/deploy/compose',
      'tools/observability/test/dashboards',
      'ports',
    ],
  },
  {
    service: 'that speaks, too',
    make: speaking,
    formed: ['apps/newcomer'],
    compiled: ['apps/newcomer'],
    tested: ['apps/newcomer', 'tools/repo/tidy/canvas', 'tools/contracts/asyncapi'],
  },
])('a new service $service', ({ make, formed, compiled, tested }) => {
  let copy: Copy;
  beforeAll(async () => {
    const tree = treeForService();
    await make(tree);
    copy = await copyWith(tree);
    await passes('node', 'tools/dev/oms/main.ts', 'schemas', 'generate');
    await passes('node', 'tools/database/generate/main.ts');
  }, patienceMs);
  afterAll(() => copy.remove());

  const passes = async (program: string, ...args: string[]) => {
    const { code, output } = await copy.run(program, ...args);
    expect({ code, output: code === 0 ? '' : output.slice(-3_000) }).toEqual({ code: 0, output: '' });
  };

  test('is in the form of the house', () => passes('prettier', '--check', ...formed), patienceMs);
  test.each(compiled)('lets %s compile', (project) => passes('tsc', '-p', project, '--noEmit'), patienceMs);
  test('passes the lint', () => passes('eslint', '--max-warnings', '0', 'apps/newcomer'), patienceMs);
  test(
    'passes its own tests, the tidy rules, and those of whoever lists services',
    () => passes('vitest', 'run', '--project', 'unit', ...tested),
    patienceMs,
  );
});
