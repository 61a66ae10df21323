// The rows about messages that pages share: outbox and relay, and consumers.

import { lines, quantile, rate, type Row } from './page.ts';

export function outboxRow(of: string): Row {
  return {
    title: 'Outbox and relay',
    panels: [
      lines(
        'Messages in the outbox',
        'short',
        [[`sum by (service) (messaging_outbox_depth{${of}})`, '{{service}}']],
        'Committed, and not yet acknowledged by Kafka.',
      ),
      lines(
        'Age of the oldest',
        'ms',
        [[`max by (service) (messaging_outbox_oldest_age_ms{${of}})`, '{{service}}']],
        'Some milliseconds, unless Kafka is away.',
      ),
      lines(
        'From commit to Kafka',
        'ms',
        [
          [quantile(0.5, `messaging_relay_lag_ms{${of}}`, 'service'), '{{service}}, half of them'],
          [quantile(0.99, `messaging_relay_lag_ms{${of}}`, 'service'), '{{service}}, 99 of 100'],
        ],
        'The time from the commit to the acknowledgement of Kafka.',
      ),
      lines(
        'Sent a second; failures; leaders',
        'short',
        [
          [rate(`messaging_relay_sent_total{${of}}`, 'topic'), '{{topic}}'],
          [rate(`messaging_relay_send_failures_total{${of}}`, 'service'), '{{service}} failures'],
          [`sum by (service) (messaging_relay_leading{${of}})`, '{{service}} leaders'],
        ],
        'One leader for each database, at any time.',
      ),
    ],
  };
}

export function consumerRow(of: string): Row {
  return {
    title: 'Consumers',
    panels: [
      lines(
        'Messages not applied yet',
        'short',
        [[`sum by (group) (messaging_consumer_lag{${of}})`, '{{group}}']],
        'Measured every five seconds.',
      ),
      lines(
        'Applied a second',
        'ops',
        [[rate(`messaging_consumer_applied_total{${of}}`, 'group, topic'), '{{group}}: {{topic}}']],
        'By consumer group and topic.',
      ),
      lines(
        'One transaction, 99 of 100',
        'ms',
        [[quantile(0.99, `messaging_consumer_apply_ms{${of}}`, 'group'), '{{group}}']],
        'Inbox, versions and effect together.',
      ),
      lines(
        'Retried, buffered, dead letters',
        'short',
        [
          [
            `sum by (group) (increase(messaging_consumer_dead_letters_total{${of}}[$__rate_interval]))`,
            '{{group}} dead letters',
          ],
          [`max by (group) (messaging_consumer_parked{${of}})`, '{{group}} buffered'],
          [rate(`messaging_consumer_retries_total{${of}}`, 'group'), '{{group}} retries a second'],
        ],
        'Dead letters are redriven by an admin; buffered messages wait for an earlier one.',
      ),
    ],
  };
}
