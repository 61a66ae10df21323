// Two new services in a copy of the repository, one that only reads and one that also publishes: the checks accept them unchanged.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateEvent } from '../../../contracts/event-generator/event.ts';
import { generateService } from '../service.ts';
import { newcomer, treeForService } from './new-service.ts';
import { copyWith, type Copy } from './repository-copy.ts';

const checkMsMax = 300_000;

/** It publishes an event of its own, to a topic that exists already. */
const publisher = {
  name: 'courier',
  doc: 'Says which courier brings an order.',
  reads: ['inventory-alerts', 'order-events'],
  publishes: ['COURIER_ASSIGNED'],
};

describe('a service that reads, and one that publishes too,', () => {
  let copy: Copy;
  beforeAll(async () => {
    const tree = treeForService();
    await generateService(tree, newcomer);
    const doc = 'A courier took the order.';
    await generateEvent(tree, { topic: 'order-events', name: 'courier-assigned', aggregate: 'OrderId', doc });
    await generateService(tree, publisher);
    copy = await copyWith(tree);
    await passes('node', 'tools/dev/oms/main.ts', 'schemas', 'generate');
    await passes('node', 'tools/database/generate/main.ts');
  }, checkMsMax);
  afterAll(() => copy?.remove());

  const passes = async (program: string, ...args: string[]) => {
    const { code, output } = await copy.run(program, ...args);
    expect({ code, output: code === 0 ? '' : output.slice(-3_000) }).toEqual({ code: 0, output: '' });
  };

  test('are formatted', () => passes('prettier', '--check', ...changed), checkMsMax);
  // One program for all projects is less work than one for each.
  test('compile', () => passes('tsc', '-p', '.', '--noEmit'), checkMsMax);
  test('pass the lint', () => passes('eslint', '--max-warnings', '0', ...apps), checkMsMax);
  test(
    'pass their own tests, the tidy rules, and the tests of every list of services',
    () => passes('vitest', 'run', '--project', 'unit', ...tests),
    checkMsMax,
  );
});

const apps = ['apps/newcomer', 'apps/courier'];
const changed = [
  ...apps,
  'apps/gateway',
  'libs/contracts',
  'k8s',
  'docker',
  'tools/dev/stack',
  'tools/verification/journey',
  '*.md',
];
const tests = [
  ...apps,
  'apps/gateway/',
  'libs/contracts/',
  'tools/repo/tidy',
  'tools/contracts/asyncapi',
  'tools/deploy/kubernetes',
  'tools/deploy/compose',
  'tools/observability/test/dashboards',
  'ports',
];
