// How long the consumers need after a burst until nothing waits: no outbox row, no unread message, no open hold.

import { setTimeout as pause } from 'node:timers/promises';
import type { Stack } from '../../dev/stack/index.ts';
import { checkLeftovers } from '../invariants/leftovers.ts';
import { describeViolations } from '../invariants/violation.ts';
import { checkWholeSystem, openEvidence } from '../invariants/whole-system.ts';

const restMsMax = 120_000;
const checkEveryMs = 100;

/** Milliseconds until nothing was left over. @throws Error naming what is left over when that takes two minutes */
export async function msUntilAtRest(stack: Stack): Promise<number> {
  const { databases, messages, close } = await openEvidence(stack);
  const startedMs = performance.now();
  try {
    for (;;) {
      const leftovers = await checkLeftovers(databases, messages);
      const tookMs = performance.now() - startedMs;
      if (leftovers.length === 0) return tookMs;
      if (tookMs > restMsMax) throw new Error(`After two minutes this is left:\n${describeViolations(leftovers)}`);
      await pause(checkEveryMs);
    }
  } finally {
    await close();
  }
}

/**
 * All invariants of the whole system after so many accepted orders; one line when they hold.
 * @throws Error listing the violations
 */
export async function assertInvariants(stack: Stack, accepted: number): Promise<string> {
  // The log of a long run would fill the memory; what it says stands in the databases as well.
  const { violations, counts } = await checkWholeSystem(stack, { restMsMax, readLog: false });
  if (violations.length > 0) throw new Error(`Invariants are violated:\n${describeViolations(violations)}`);
  if (counts.orders !== accepted)
    throw new Error(`${accepted} orders were answered with 201, and ${counts.orders} are there.`);
  return `${counts.orders} orders answered with 201 and there, ${counts.units} units, stock, ledger and figures equal`;
}
