// The schemas of queries and replies; each description defines its figure.
import { ListOf, ListQuery, Money, nameSchemas, Type, Uuid } from '@oms/service-kit';
import { bucketsMax } from '../domain/buckets.ts';

const time = (description: string) =>
  Type.String({ format: 'date-time', description, examples: ['2026-11-23T12:00:00.000Z'] });
const count = (description: string) => Type.Integer({ minimum: 0, description });
const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
/** A sum may be larger than any single amount of money. */
const sum = (description: string) =>
  Type.String({ pattern: '^(0|[1-9][0-9]*)\\.[0-9]{2}$', description, examples: ['1250.00'] });

/** The freshness of a reply; part of every reply. */
const freshness = {
  asOf: Type.Union([time('All events up to this time are counted'), Type.Null()], {
    description: 'The current time minus lagMs; null while lagMs is unknown',
  }),
  lagMs: Type.Union([count('Milliseconds'), Type.Null()], {
    description:
      '0 if all messages are applied; otherwise how long messages have been waiting, as checked every few seconds; null while Kafka does not answer',
  }),
};

const window = {
  from: Type.Optional(time('Only orders placed at this time or later; absent: from the first order')),
  to: Type.Optional(time('Only orders placed before this time; absent: up to now')),
};

export const WindowQuery = Type.Object(window);
export const SalesQuery = Type.Object({
  interval: Type.Enum(['minute', 'hour', 'day'], {
    default: 'hour',
    description: `Length of a bucket; buckets begin at whole minutes, hours or days in UTC; at most ${bucketsMax} buckets`,
  }),
  from: Type.Optional(time('Start; absent: 60 minutes, 24 hours or 30 days before the end, depending on the interval')),
  to: Type.Optional(time('End, excluded; absent: now')),
});
export const TopItemsQuery = Type.Object({
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 10, description: 'How many at most' }),
  ...window,
});
export const StockQuery = ListQuery;

const moneyFigures = {
  orders: count('Orders placed in the window, including cancelled ones'),
  revenue: sum('Total amount of the orders placed in the window and not cancelled until now'),
};
export const Summary = Type.Object({
  ...moneyFigures,
  averageOrderValue: sum('Revenue per order that is not cancelled, rounded to the cent; 0.00 if there is none'),
  cancelRate: share('Share of the orders placed in the window that are cancelled; 0 without orders'),
  ...freshness,
});
export const Sales = Type.Object({
  interval: Type.String({ description: 'Length of a bucket' }),
  from: time('Start of the window'),
  to: time('End of the window, excluded'),
  data: Type.Array(Type.Object({ start: time('Start of the bucket'), ...moneyFigures }), {
    description: 'All buckets of the window, including empty ones; they add up to the summary of the window',
  }),
  ...freshness,
});
export const TopItems = Type.Object({
  data: Type.Array(
    Type.Object({
      itemId: Uuid,
      itemName: Type.String({ description: 'The current name; if it is unknown, the name in the orders' }),
      quantity: count('Units in orders that are not cancelled'),
      revenue: sum('Amount of these units'),
    }),
    { description: 'The best-selling items, by units' },
  ),
  ...freshness,
});

export const Funnel = Type.Object({
  steps: Type.Array(
    Type.Object({
      step: Type.String({ examples: ['PREPARING'] }),
      orders: count('Orders placed in the window that reached this status'),
      share: share('Share of all orders placed in the window'),
    }),
  ),
  cancelled: Type.Object({
    orders: count('Orders placed in the window that are cancelled'),
    share: share('Share of all orders placed in the window'),
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
      p50: seconds('Median'),
      p95: seconds('95th percentile'),
    },
    { description },
  );
export const LeadTimes = Type.Object({
  accept: leadTime('From placed to preparing'),
  prepare: leadTime('From preparing to out for delivery'),
  deliver: leadTime('From out for delivery to delivered'),
  promise: Type.Object(
    {
      inTime: count('Orders delivered by their promised time'),
      late: leadTime('Orders delivered later, and how much later'),
    },
    { description: 'Delivered orders; one without a promised time is neither in time nor late' },
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
  low: Type.Boolean({ description: 'The quantity is below the threshold' }),
  updatedAt: time('When the level last changed'),
});
export const StockLevels = Type.Object({ ...ListOf(Level).properties, ...freshness });

nameSchemas({ SalesSummary: Summary, Sales, TopItems, Funnel, LeadTimes, StockLevel: Level, StockLevels });
