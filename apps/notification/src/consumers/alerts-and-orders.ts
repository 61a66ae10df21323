// Messages x rules -> notifications, in the transaction that marks the messages as applied.
import { failpoint } from '@oms/failpoint';
import type { Apply } from '@oms/messaging';
import type pg from 'pg';
import { draftNotifications, type Channel, type Render } from '../domain/rules.ts';
import { insertNotifications } from '../store/notifications.ts';
import type { Rules } from '../store/rules.ts';
import { afterTransaction } from '../store/transaction-end.ts';

export type NotifyOptions = {
  pool: pg.Pool;
  rules: Rules;
  render: Render;
  /** Channels that have an address to send to; rules for others make nothing. */
  channels: ReadonlySet<Channel>;
  /** Told that there is something to send as soon as the transaction has committed. */
  wake: () => void;
};

export function createNotify({ pool, rules, render, channels, wake }: NotifyOptions): Apply {
  return async (client, messages) => {
    const current = await rules.current(client);
    const drafts = draftNotifications(
      messages,
      current.filter((rule) => channels.has(rule.channel)),
      render,
    );
    const made = await insertNotifications(client, drafts);
    failpoint('notification.rows_written');
    if (made > 0) afterTransaction(pool, client, wake);
  };
}
