// The short form of the drill: the whole server is lost under load, and comes back from a moment before and from Kafka.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeFindings } from '../../invariants/violation.ts';
import { createRandom } from '../../harness/random.ts';
import { runDrill } from '../drill.ts';
import { openSite, type Site } from '../restore-environment.ts';

let site: Site;

beforeAll(async () => {
  site = await openSite('drill-test');
}, 120_000);
afterAll(() => site?.stop());

test('all databases are restored to a moment before: what Kafka has comes back, and the books balance', async () => {
  const [round] = await runDrill({
    ...{ site, disasters: ['all'], lostMs: 8_000, random: createRandom(20_261_128), say: console.log },
  });
  expect(describeFindings(round!.findings)).toBe('');
  const kinds = new Set(round!.way.recovered.flatMap(({ findings }) => findings.map(({ kind }) => kind)));
  expect([...kinds]).toEqual(expect.arrayContaining(['ORDER_LOST', 'ITEM_BEHIND', 'ORDER_NEWS', 'MESSAGES']));
  expect(round!.placedMeanwhile).toBeGreaterThan(0);
}, 240_000);
