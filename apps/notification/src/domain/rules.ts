// Which rules a message concerns, and the notifications that follow: one per message and rule.
import type { Message, MessageOf } from '@oms/contracts';

/** What rules may name. */
export const notificationEvents = [
  'ORDER_PLACED',
  'ORDER_STATUS_CHANGED',
  'ORDER_READY',
  'ORDER_DUE',
  'ORDER_LATE',
  'LOW_STOCK',
  'OUT_OF_STOCK',
] as const;
export type NotificationEvent = (typeof notificationEvents)[number];
export type NotifiableMessage = MessageOf<NotificationEvent>;
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
  /** Of a rule for ORDER_PLACED: for a scheduled order it waits for ORDER_DUE, when the kitchen begins with it. */
  readonly whenDue: boolean;
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
      .filter((rule) => isAbout(rule, message) && isMet(rule.condition, facts))
      .map((rule) => ({
        event: message.eventType,
        eventId: message.eventId,
        ruleId: rule.id,
        orderId: orderIdOf(message),
        itemId: isOfItem(message) ? message.aggregateId : null,
        channel: rule.channel,
        target: rule.target,
        ...render(rule, facts),
      }));
  });
}

/** Whether the message is what the rule waits for. */
export function isAbout({ event, whenDue }: Pick<Rule, 'event' | 'whenDue'>, message: Message): boolean {
  if (event !== 'ORDER_PLACED' || !whenDue) return event === message.eventType;
  // A scheduled order has the same content in ORDER_DUE.
  return message.eventType === 'ORDER_PLACED' ? !message.dueAt : message.eventType === 'ORDER_DUE';
}

export function isMet(condition: Condition | null, facts: Facts): boolean {
  return Object.entries(condition ?? {}).every(([field, wanted]) => {
    if (!Object.hasOwn(facts, field)) return false;
    const values: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
    return values.includes(facts[field]);
  });
}

export function factsOf(message: NotifiableMessage): Facts {
  const orderId = orderIdOf(message);
  if (orderId === null) return { ...message, itemId: message.aggregateId };
  return { ...message, orderId, orderNumber: orderId.slice(0, 8).toUpperCase() };
}

function isNotifiable(message: Message): message is NotifiableMessage {
  return notificationEvents.some((event) => event === message.eventType);
}

function isOfItem(message: NotifiableMessage): message is MessageOf<'LOW_STOCK' | 'OUT_OF_STOCK'> {
  return message.eventType === 'LOW_STOCK' || message.eventType === 'OUT_OF_STOCK';
}

function orderIdOf(message: NotifiableMessage): string | null {
  if (isOfItem(message)) return null;
  return message.eventType === 'ORDER_LATE' ? message.orderId : message.aggregateId;
}
