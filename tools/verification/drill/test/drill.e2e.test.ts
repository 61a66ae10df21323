// The short form of the drill: the whole server is lost under load, and is restored to an earlier moment and from Kafka.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../harness/random.ts';
import { describeViolations } from '../../invariants/violation.ts';
import { runDrill } from '../drill.ts';
import { openRestoreEnvironment, type RestoreEnvironment } from '../restore-environment.ts';

let environment: RestoreEnvironment;

beforeAll(async () => {
  environment = await openRestoreEnvironment('drill-test');
}, 120_000);
afterAll(() => environment?.stop());

test('all databases are restored to an earlier moment: what Kafka has comes back, and all invariants hold', async () => {
  const [round] = await runDrill({
    environment,
    losses: ['all'],
    lostMs: 8_000,
    random: createRandom(20_261_128),
    print: console.log,
  });
  expect(describeViolations(round!.violations)).toBe('');
  const kinds = new Set(round!.restoration.recovered.flatMap(({ findings }) => findings.map(({ kind }) => kind)));
  expect([...kinds]).toEqual(expect.arrayContaining(['ORDER_LOST', 'ITEM_BEHIND', 'ORDER_EVENTS', 'MESSAGES']));
  expect(round!.placedMeanwhile).toBeGreaterThan(0);
}, 240_000);
