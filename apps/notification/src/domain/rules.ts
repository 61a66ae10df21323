// Which rules a message concerns, and the notifications that follow: one per message and rule.
import type { LowStock, Message, OrderPlaced, OrderStatusChanged, OutOfStock } from '@oms/contracts';

export type NotifiableMessage = OrderPlaced | OrderStatusChanged | LowStock | OutOfStock;
export type NotificationEvent = NotifiableMessage['eventType'];
export type Channel = 'EMAIL' | 'SLACK' | 'WEBHOOK';

type Scalar = string | number | boolean | null;
/**
 * What the message's fields must be: every field named must equal the value given, or be one of the values given.
 * `{ "toStatus": ["CANCELLED", "DELIVERED"], "changedByRole": "staff" }`. Money is in cents. A field the message lacks is met by nothing.
 */
export type Condition = Readonly<Record<string, Scalar | readonly Scalar[]>>;

export type Rule = {
  readonly id: string;
  readonly name: string;
  readonly event: NotificationEvent;
  readonly condition: Condition | null;
  readonly channel: Channel;
  /** EMAIL: the address. SLACK, WEBHOOK: a name for the configured address. */
  readonly target: string;
  readonly subject: string | null;
  readonly body: string;
};

/** What templates and conditions speak of: the message's fields, with `orderId` or `itemId`, and a short `orderNumber`. */
export type Facts = Readonly<Record<string, unknown>>;
export type Rendered = { subject: string | null; body: string };
export type Render = (rule: Rule, facts: Facts) => Rendered;

export type Draft = Rendered & {
  event: NotificationEvent;
  eventId: string;
  ruleId: string;
  orderId: string | null;
  itemId: string | null;
  channel: Channel;
  target: string;
};

/** The notifications that `messages` ask for, in the order of the messages; messages no rule may name are skipped. */
export function draftNotifications(messages: readonly Message[], rules: readonly Rule[], render: Render): Draft[] {
  return messages.filter(isNotifiable).flatMap((message) => {
    const facts = factsOf(message);
    return rules
      .filter((rule) => rule.event === message.eventType && isMet(rule.condition, facts))
      .map((rule) => ({
        event: message.eventType,
        eventId: message.eventId,
        ruleId: rule.id,
        orderId: isOfOrder(message) ? message.aggregateId : null,
        itemId: isOfOrder(message) ? null : message.aggregateId,
        channel: rule.channel,
        target: rule.target,
        ...render(rule, facts),
      }));
  });
}

export function isMet(condition: Condition | null, facts: Facts): boolean {
  return Object.entries(condition ?? {}).every(([field, wanted]) => {
    if (!Object.hasOwn(facts, field)) return false;
    const values: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
    return values.includes(facts[field]);
  });
}

export function factsOf(message: NotifiableMessage): Facts {
  if (!isOfOrder(message)) return { ...message, itemId: message.aggregateId };
  const orderNumber = message.aggregateId.slice(0, 8).toUpperCase();
  return { ...message, orderId: message.aggregateId, orderNumber };
}

function isNotifiable(message: Message): message is NotifiableMessage {
  return ['ORDER_PLACED', 'ORDER_STATUS_CHANGED', 'LOW_STOCK', 'OUT_OF_STOCK'].includes(message.eventType);
}

function isOfOrder(message: NotifiableMessage): message is OrderPlaced | OrderStatusChanged {
  return message.eventType === 'ORDER_PLACED' || message.eventType === 'ORDER_STATUS_CHANGED';
}
