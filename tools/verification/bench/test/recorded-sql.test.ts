import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { statementsOf } from '../pgbench/recorded-sql.ts';
import { itemIdAt, scriptOf } from '../pgbench/script.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
afterAll(() => rmSync(folder, { recursive: true }));

const orderId = '6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11';
const itemId = '11111111-2222-4333-8444-555555555555';
const at = '2026-11-24 12:00:00.123 UTC';
const log = [
  `${at} [7] LOG:  statement: BEGIN`,
  `${at} [8] LOG:  statement: BEGIN`,
  `${at} [7] LOG:  execute lock-items: `,
  '\tSELECT quantity, version FROM inventory WHERE id = ANY ($1::uuid[])',
  '\tFOR UPDATE',
  `${at} [7] DETAIL:  Parameters: $1 = '{"${itemId}"}'`,
  `${at} [8] LOG:  execute inbox: INSERT INTO messaging.inbox SELECT $1`,
  `${at} [8] DETAIL:  Parameters: $1 = '{${orderId}}'`,
  `${at} [8] LOG:  statement: COMMIT`,
  `${at} [7] LOG:  execute save: INSERT INTO t SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[])`,
  `${at} [7] DETAIL:  Parameters: $1 = '{"${orderId}"}', $2 = '{"38"}', $3 = '{"{\\"a\\":true, it''s ${orderId}}"}', $4 = NULL`,
  `${at} [7] LOG:  statement: COMMIT`,
  `${at} [9] LOG:  execute look: SELECT FROM placements WHERE id = $1`,
  `${at} [9] DETAIL:  Parameters: $1 = '${orderId}'`,
  `${at} [9] LOG:  execute other: SELECT 1`,
  '',
].join('\n');
const logFile = join(folder, 'postgres.log');
writeFileSync(logFile, log);

describe('the statements of one order, taken from the log', () => {
  const units = statementsOf(logFile, orderId, 0);

  test('are its transaction and its single statements, and neither a consumer nor a stranger', () => {
    expect(units.map((unit) => unit.map(({ text }) => text.split(/\s/)[0]))).toEqual([
      ['BEGIN', 'SELECT', 'INSERT', 'COMMIT'],
      ['SELECT'],
    ]);
  });

  test('have their parameters as literals', () => {
    expect(units[0]?.[2]?.values).toEqual([
      `'{"${orderId}"}'`,
      `'{"38"}'`,
      `'{"{\\"a\\":true, it''s ${orderId}}"}'`,
      'NULL',
    ]);
  });

  test('become a script in which order, item and versions change, and nothing else', () => {
    const before = { quantity: 700_000, reserved: 577, version: 37 };
    const script = scriptOf(units, { orderId, itemId, before }, 1_000).split('\n');
    expect(script.slice(2, 4)).toEqual(['\\set item random(1, 1000)', 'BEGIN;']);
    expect(script.join('\n')).toContain('FOR UPDATE \\gset\n');
    expect(script.find((line) => line.startsWith('INSERT'))).toBe(
      `INSERT INTO t SELECT * FROM unnest(ARRAY[(lpad(to_hex((:hi)::bigint), 16, '0') || lpad(to_hex((:lo)::bigint), 16, '0'))]::uuid[], ` +
        `ARRAY[((:version)::int + 1)]::int[], '{"{\\"a\\": true, it''s ${orderId}}"}'::text[], NULL::text[]);`,
    );
    expect(script.join('\n')).toContain(`lpad((:item)::text, 12, '0')`);
    expect(script.join('\n')).not.toContain(itemId);
  });
});

test('items have the ids that a script makes from their numbers', () => {
  expect(itemIdAt(17)).toBe('00000000-0000-4000-8000-000000000017');
});
