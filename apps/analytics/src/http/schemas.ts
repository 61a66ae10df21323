// The shapes of questions and replies; what a figure means is said in its description.
import { ListOf, ListQuery, Money, Type, Uuid } from '@oms/service-kit';
import { bucketsMax } from '../domain/buckets.ts';

const time = (description: string) =>
  Type.String({ format: 'date-time', description, examples: ['2026-11-23T12:00:00.000Z'] });
const count = (description: string) => Type.Integer({ minimum: 0, description });
const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
/** A sum may be larger than any single amount of money. */
const sum = (description: string) =>
  Type.String({ pattern: '^(0|[1-9][0-9]*)\\.[0-9]{2}$', description, examples: ['1250.00'] });

/** What every reply says of its own freshness. */
const freshness = {
  asOf: Type.Union([time('Everything that happened up to here is counted'), Type.Null()], {
    description: 'now minus lagMs; null while that is not known',
  }),
  lagMs: Type.Union([count('Milliseconds'), Type.Null()], {
    description:
      '0 when all messages are applied, otherwise how long messages have been seen waiting, by a look every few seconds; null while Kafka does not answer',
  }),
};

const window = {
  from: Type.Optional(time('Orders placed at or after this time; absent: all from the first one')),
  to: Type.Optional(time('Orders placed before this time; absent: all up to now')),
};

export const WindowQuery = Type.Object(window);
export const SalesQuery = Type.Object({
  interval: Type.Enum(['minute', 'hour', 'day'], {
    default: 'hour',
    description: `Length of a bucket, whole ones in UTC; at most ${bucketsMax} buckets`,
  }),
  from: Type.Optional(time('Start; absent: 60 minutes, 24 hours or 30 days before the end, by the interval')),
  to: Type.Optional(time('End, not included; absent: now')),
});
export const TopItemsQuery = Type.Object({
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 10, description: 'How many at most' }),
  ...window,
});
export const StockQuery = ListQuery;

const moneyFigures = {
  orders: count('Orders placed in the window, cancelled ones included'),
  revenue: sum('Money of the orders placed in the window and not cancelled (so far)'),
};
export const Summary = Type.Object({
  ...moneyFigures,
  averageOrderValue: sum('Revenue by order that is not cancelled, rounded to the cent; 0.00 without such orders'),
  cancelRate: share('Share of the orders placed in the window that are cancelled; 0 without orders'),
  ...freshness,
});
export const Sales = Type.Object({
  interval: Type.String({ description: 'Length of a bucket' }),
  from: time('Start of the window'),
  to: time('End of the window, not included'),
  data: Type.Array(Type.Object({ start: time('Start of the bucket'), ...moneyFigures }), {
    description: 'Every bucket the window touches, empty ones too; they add up to the summary of the window',
  }),
  ...freshness,
});
export const TopItems = Type.Object({
  data: Type.Array(
    Type.Object({
      itemId: Uuid,
      itemName: Type.String({ description: 'Its name now, where that is known' }),
      quantity: count('Pieces in orders that are not cancelled'),
      revenue: sum('Money of those'),
    }),
    { description: 'The items sold most, by pieces' },
  ),
  ...freshness,
});

export const Funnel = Type.Object({
  steps: Type.Array(
    Type.Object({
      step: Type.String({ examples: ['PREPARING'] }),
      orders: count('Orders placed in the window that have reached the step'),
      share: share('Of all orders placed in the window'),
    }),
  ),
  cancelled: Type.Object({
    orders: count('Orders placed in the window that are cancelled'),
    share: share('Of all orders placed in the window'),
    reasons: Type.Array(Type.Object({ reason: Type.Union([Type.String(), Type.Null()]), orders: count('Orders') })),
  }),
  ...freshness,
});

const seconds = (description: string) =>
  Type.Union([Type.Number(), Type.Null()], { description: `${description}, in seconds; null without orders` });
const leadTime = (description: string) =>
  Type.Object(
    {
      orders: count('Orders measured'),
      p50: seconds('What half of them stay below'),
      p95: seconds('What 95 of 100 stay below'),
    },
    { description },
  );
export const LeadTimes = Type.Object({
  accept: leadTime('From placed to preparing'),
  prepare: leadTime('From preparing to out for delivery'),
  deliver: leadTime('From out for delivery to delivered'),
  promise: Type.Object(
    {
      inTime: count('Orders delivered by the time they were promised for'),
      late: leadTime('Orders delivered after it, and how long after'),
    },
    { description: 'Of the orders delivered; one that was promised no time is neither in time nor late' },
  ),
  ...freshness,
});

const Level = Type.Object({
  itemId: Uuid,
  itemName: Type.String(),
  category: Type.String(),
  unit: Type.String(),
  quantity: Type.Integer(),
  threshold: Type.Integer(),
  price: Money,
  low: Type.Boolean({ description: 'quantity is below threshold' }),
  updatedAt: time('When the level became what it is'),
});
export const StockLevels = Type.Object({ ...ListOf(Level).properties, ...freshness });
