// Which rules a message concerns.
import type { Message } from '@oms/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { draftNotifications, factsOf, isMet, type Rule } from '../src/domain/rules.ts';
import { lowStock, orderDue, orderLate, orderPlaced, orderStatusChanged } from './message-fixtures.ts';

const render = (rule: Rule) => ({ subject: null, body: rule.name });

describe('a rule for the kitchen', () => {
  const ticket = rule({ event: 'ORDER_PLACED', whenDue: true });
  const eventsOf = (...messages: Message[]) => draftNotifications(messages, [ticket], render).map(({ event }) => event);

  test('notifies of an order when it is placed, and of a scheduled one when it is due', () => {
    expect(eventsOf(orderPlaced(), orderDue())).toEqual(['ORDER_PLACED', 'ORDER_DUE']);
    expect(eventsOf(orderPlaced({ dueAt: new Date() }))).toEqual([]);
  });

  test('of any other kind waits for nothing', () => {
    const confirmation = rule({ event: 'ORDER_PLACED' });
    const messages = [orderPlaced({ dueAt: new Date() }), orderDue()];
    expect(draftNotifications(messages, [confirmation], render)).toHaveLength(1);
  });
});

test('an order that is late is named by its own id, not by that of the promise', () => {
  const late = orderLate();
  const [draft] = draftNotifications([late], [rule({ event: 'ORDER_LATE' })], render);
  expect(draft).toMatchObject({ orderId: late.orderId, itemId: null });
});

describe('a rule', () => {
  test('concerns only its own event', () => {
    const drafts = draftNotifications([lowStock(), orderPlaced()], [rule({ event: 'LOW_STOCK' })], render);
    expect(drafts.map(({ event }) => event)).toEqual(['LOW_STOCK']);
  });

  test('with a condition concerns only messages that meet it', () => {
    const cancelled = orderStatusChanged({ toStatus: 'CANCELLED' });
    const delivered = orderStatusChanged({ toStatus: 'DELIVERED' });
    const rules = [rule({ condition: { toStatus: ['CANCELLED'] } })];
    expect(draftNotifications([delivered, cancelled], rules, render).map(({ eventId }) => eventId)).toEqual([
      cancelled.eventId,
    ]);
  });

  test('makes one notification per message, in the order of the messages, with all that delivering needs', () => {
    const first = orderStatusChanged();
    const second = orderStatusChanged();
    const rules = [rule({ id: 'a', name: 'A', channel: 'SLACK', target: '#kitchen' }), rule({ id: 'b', name: 'B' })];
    const drafts = draftNotifications([first, second], rules, render);
    expect(drafts.map(({ eventId, ruleId }) => [eventId, ruleId])).toEqual([
      [first.eventId, 'a'],
      [first.eventId, 'b'],
      [second.eventId, 'a'],
      [second.eventId, 'b'],
    ]);
    expect(drafts[0]).toEqual({
      event: 'ORDER_STATUS_CHANGED',
      eventId: first.eventId,
      ruleId: 'a',
      orderId: first.aggregateId,
      itemId: null,
      channel: 'SLACK',
      target: '#kitchen',
      subject: null,
      body: 'A',
    });
  });

  test('about stock names the item and no order', () => {
    const message = lowStock();
    const [draft] = draftNotifications([message], [rule({ event: 'LOW_STOCK' })], render);
    expect(draft).toMatchObject({ itemId: message.aggregateId, orderId: null });
  });
});

describe('a condition', () => {
  const facts = factsOf(orderStatusChanged({ toStatus: 'CANCELLED', changedByRole: 'staff', note: null }));

  test('that names nothing is met by everything', () => {
    expect(isMet(null, facts)).toBe(true);
    expect(isMet({}, facts)).toBe(true);
  });

  test('asks a field to equal a value, or to be one of several', () => {
    expect(isMet({ toStatus: 'CANCELLED' }, facts)).toBe(true);
    expect(isMet({ toStatus: ['DELIVERED', 'CANCELLED'] }, facts)).toBe(true);
    expect(isMet({ toStatus: 'DELIVERED' }, facts)).toBe(false);
    expect(isMet({ toStatus: [] }, facts)).toBe(false);
    expect(isMet({ note: null }, facts)).toBe(true);
  });

  test('is met only when every field is', () => {
    expect(isMet({ toStatus: 'CANCELLED', changedByRole: 'staff' }, facts)).toBe(true);
    expect(isMet({ toStatus: 'CANCELLED', changedByRole: 'customer' }, facts)).toBe(false);
  });

  test('on a field the message lacks is never met, whatever the field is called', () => {
    fc.assert(
      fc.property(fc.string(), fc.oneof(fc.string(), fc.constant(null)), (field, value) => {
        fc.pre(!Object.hasOwn(facts, field));
        return !isMet({ [field]: value }, facts);
      }),
      {
        examples: [
          ['__proto__', null],
          ['constructor', ''],
          ['toString', ''],
        ],
      },
    );
  });
});

function rule(changes: Partial<Rule>): Rule {
  return {
    id: 'rule',
    name: 'A rule',
    event: 'ORDER_STATUS_CHANGED',
    condition: null,
    channel: 'EMAIL',
    target: 'ops@oms.example',
    subject: 'Something happened',
    body: 'Something happened',
    whenDue: false,
    ...changes,
  };
}
