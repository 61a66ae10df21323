// Everything that must hold in the whole system at rest, checked exactly, row by row, over all databases and Kafka.

import { checkFigures } from './figures.ts';
import { deadLetterViolations, readDeadLetters } from './dead-letters.ts';
import type { Evidence } from './evidence.ts';
import { checkMessages } from './messages.ts';
import { checkNotifications, createExpected } from './notifications.ts';
import { checkOrders, type OrderCounts } from './orders.ts';
import { readPublished } from './published.ts';
import { checkStock, checkStockCommands } from './stock.ts';
import type { Violation } from './violation.ts';

export type Checked = { violations: Violation[]; counts: OrderCounts & { messages: number; repeats: number } };

/** Only at rest: what is still under way would be found missing. `checkLeftovers` says when that is. */
export async function checkInvariants({
  databases,
  messages,
  readLog = true,
  decode,
  accepted,
  replies,
  stockKeys,
  provided,
  promises = true,
}: Evidence): Promise<Checked> {
  const orders = await checkOrders(databases.order, databases.inventory, { accepted, replies });
  const deadLetters = await readDeadLetters(messages);
  const violations = [
    ...(await checkStock(databases.inventory)),
    ...(stockKeys ? await checkStockCommands(databases.inventory, stockKeys) : []),
    ...orders.violations,
    ...(await checkFigures(databases, promises)),
  ];
  if (!readLog) {
    violations.push(...deadLetterViolations(deadLetters));
    return { violations, counts: { ...orders.counts, messages: 0, repeats: 0 } };
  }
  const expected = await createExpected(databases.notification);
  const published = await readPublished(messages, decode, (event, read) =>
    event.topic === 'analytics-events' ? Promise.resolve() : expected.add(event, read),
  );
  violations.push(
    ...deadLetterViolations(deadLetters, published.unreadable),
    ...(await checkMessages(published, databases)),
    ...(await checkNotifications(databases.notification, expected.notifications, provided)),
  );
  return { violations, counts: { ...orders.counts, messages: published.messages, repeats: published.repeats } };
}
