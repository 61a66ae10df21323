// Every place where a process may be made to die, and in which services: the fault runs go through this list, and a tidy rule holds it to the code.

/** Which processes pass the place. `clocked` ones are passed by the clock, not by an order. */
export type Place = { readonly in: readonly Process[] };
export type Process = 'gateway' | 'order' | 'inventory' | 'analytics' | 'notification';

const everyone = { in: ['gateway', 'order', 'inventory', 'analytics', 'notification'] } as const;
const withDatabase = { in: ['order', 'inventory', 'analytics', 'notification'] } as const;
const withRelay = { in: ['order', 'inventory'] } as const;
const withConsumer = { in: ['inventory', 'analytics', 'notification'] } as const;
const order = { in: ['order'] } as const;
const inventory = { in: ['inventory'] } as const;
const analytics = { in: ['analytics'] } as const;
const notification = { in: ['notification'] } as const;
const gateway = { in: ['gateway'] } as const;

/** `<part>.<what has just happened, or is about to>`. */
export const failpoints = {
  'process.starting': everyone,
  'process.ready': everyone,
  'gateway.forwarding': gateway,
  'gateway.answering': gateway,

  'placement.looked_up': order,
  'placement.call_in_flight': order,
  'placement.stock_taken': order,
  'placement.committed': order,
  'placement.resolved': order,
  'order.loaded': order,
  'order.placements_saved': order,
  'order.orders_saved': order,
  'order.history_saved': order,
  'order.before_hand_over': order,

  'inventory.locked': inventory,
  'inventory.decided': inventory,
  'inventory.items_saved': inventory,
  'inventory.movements_saved': inventory,
  'inventory.reservations_saved': inventory,
  'inventory.before_hand_over': inventory,
  'inventory.reserved': inventory,
  'sweeper.before_asking': inventory,
  'sweeper.answered': inventory,
  'sweeper.half_settled': inventory,

  'group_commit.batch_taken': withRelay,
  'group_commit.committed': withRelay,
  'group_commit.half_settled': withRelay,

  'transaction.begun': withDatabase,
  'transaction.before_commit': withDatabase,
  'transaction.commit_in_flight': withDatabase,
  'transaction.committed': withDatabase,

  'outbox.appended': withRelay,
  'relay.leading': withRelay,
  'relay.swept': withRelay,
  'relay.before_send': withRelay,
  'relay.send_in_flight': withRelay,
  'relay.after_ack': withRelay,
  'relay.before_remove': withRelay,
  'relay.removed': withRelay,

  'consumer.received': withConsumer,
  'consumer.inbox_written': withConsumer,
  'consumer.buffered': notification,
  'consumer.released': notification,
  'consumer.effect_written': withConsumer,
  'consumer.before_offset': withConsumer,
  'consumer.offset_committed': withConsumer,
  'consumer.before_dead_letter': withConsumer,
  'consumer.dead_letter_sent': withConsumer,
  'redrive.recorded': analytics,
  'redrive.sent': analytics,

  'analytics.sales_written': analytics,
  'analytics.timelines_written': analytics,

  'notification.rows_written': notification,
  'notifier.leased': notification,
  'notifier.before_send': notification,
  'notifier.answered': notification,
  'notifier.recorded': notification,
} as const satisfies Record<string, Place>;

export type Failpoint = keyof typeof failpoints;
