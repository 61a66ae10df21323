// The rules, read again every few seconds: a change of a rule holds for messages applied after that.
import type pg from 'pg';
import type { Rule } from '../domain/rules.ts';

export type Rules = {
  /** Read over the caller's own connection, as it holds one already and must not wait for a second. */
  current(client: pg.ClientBase): Promise<readonly Rule[]>;
};

const readRules = {
  name: 'read-rules',
  text: `SELECT id, name, event, condition, channel, target, subject, body, "whenDue" FROM notification_rules ORDER BY "createdAt", id`,
};

export function createRules({ keptMs = 5_000 }: { keptMs?: number } = {}): Rules {
  let kept: { rules: readonly Rule[]; readAtMs: number } | undefined;
  return {
    async current(client) {
      if (kept && performance.now() - kept.readAtMs < keptMs) return kept.rules;
      const readAtMs = performance.now();
      const { rows } = await client.query<Rule>(readRules);
      kept = { rules: rows, readAtMs };
      return rows;
    },
  };
}
