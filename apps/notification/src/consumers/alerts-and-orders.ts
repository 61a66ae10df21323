// Messages x rules -> notifications, in the transaction that marks the messages as applied.
import { failpoint } from '@oms/failpoint';
import { afterCommit, type Apply } from '@oms/messaging';
import { draftNotifications, type Channel, type Render } from '../domain/rules.ts';
import { insertNotifications } from '../store/notifications.ts';
import type { Rules } from '../store/rules.ts';

export type NotifyOptions = {
  rules: Rules;
  render: Render;
  /** Channels that have an address to send to; rules for others make nothing. */
  channels: ReadonlySet<Channel>;
  /** Called after the commit, when there is something to send. */
  wake: () => void;
};

export function createNotify({ rules, render, channels, wake }: NotifyOptions): Apply {
  return async (client, messages) => {
    const current = await rules.current(client);
    const drafts = draftNotifications(
      messages,
      current.filter((rule) => channels.has(rule.channel)),
      render,
    );
    const made = await insertNotifications(client, drafts);
    failpoint('notification.rows_written');
    if (made > 0) afterCommit(wake);
  };
}
