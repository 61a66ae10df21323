// All dashboards: the whole system, its business, its messages, and a page for each service with the same rooms on each.

import { services, type Service } from '../../dev/stack/services.ts';
import { metrics } from '../metrics.ts';
import { business, businessOf } from './business.ts';
import { consumerRow, outboxRow } from './message-rooms.ts';
import { emptyWhenWell, figure, lines, quantile, rate, window, type Page, type Row } from './page.ts';
import { commitsRow, databaseRow, processRow, requestsRow } from './rooms.ts';

const ours = 'part_of="oms"';
const door = 'service="gateway",route=~"/v1/.*"';

const system: Page = {
  uid: 'oms-system',
  title: 'OMS: system',
  about: 'Is it well? From the front door to the last process.',
  rows: [
    {
      title: 'Now',
      panels: [
        figure('Processes that answer', 'short', `sum(up{${ours}})`, 'Of all services.'),
        figure(
          'Requests a second',
          'reqps',
          `sum(rate(http_request_duration_seconds_count{${door}}${window}))`,
          'At the front door.',
        ),
        figure(
          'Share that fails',
          'percentunit',
          `sum(rate(http_request_duration_seconds_count{${door},status=~"5.."}${window})) / sum(rate(http_request_duration_seconds_count{${door}}${window})) or vector(0)`,
          'The objective allows 0.1 %.',
        ),
        figure(
          'Placing an order, 99 of 100',
          's',
          quantile(0.99, 'http_request_duration_seconds{service="gateway",method="POST",route="/v1/orders"}'),
          'At the front door.',
        ),
        figure(
          'Oldest in an outbox',
          'ms',
          'max(messaging_outbox_oldest_age_ms)',
          'What was committed and has not left.',
        ),
        figure('Messages not applied yet', 'short', 'sum(messaging_consumer_lag)', 'By all who read.'),
      ],
    },
    requestsRow('service="gateway"'),
    {
      title: 'Services',
      panels: [
        lines(
          'Requests a second',
          'reqps',
          [[rate('http_request_duration_seconds_count{route=~"/v1/.*|/internal/.*"}', 'service'), '{{service}}']],
          'Each service by itself; a request at the door is one at a service behind it.',
        ),
        lines(
          'How long they take, 99 of 100',
          's',
          [[quantile(0.99, 'http_request_duration_seconds{route=~"/v1/.*|/internal/.*"}', 'service'), '{{service}}']],
          'Each service by itself.',
        ),
        lines(
          'Processes that answer',
          'short',
          [[`sum by (service) (up{${ours}})`, '{{service}}']],
          'When asked for their metrics.',
        ),
        emptyWhenWell(
          lines(
            'Alerts',
            'short',
            [['count by (alertname) (ALERTS{alertstate="firing"})', '{{alertname}}']],
            'What is raised at the moment; each has a runbook.',
          ),
        ),
      ],
    },
    processRow(ours),
  ],
};

const messages: Page = {
  uid: 'oms-messages',
  title: 'OMS: messages',
  about: 'From outbox to Kafka to whoever reads: where do messages wait?',
  rows: [
    outboxRow('service=~".+"'),
    consumerRow('service=~".+"'),
    {
      title: 'Off the straight way',
      panels: [
        emptyWhenWell(
          lines(
            'Dead letters, in the time shown',
            'short',
            [
              [
                'round(sum by (service, topic, reason) (increase(messaging_consumer_dead_letters_total[$__range]))) > 0',
                '{{service}}: {{topic}} {{reason}}',
              ],
            ],
            'To look at them: oms dlq list.',
          ),
        ),
        lines(
          'Read again, or passed by',
          'ops',
          [
            [rate('messaging_consumer_repeats_total', 'group'), '{{group}} repeats'],
            [rate('messaging_consumer_older_total', 'group'), '{{group}} older'],
          ],
          'Repeats follow a crash or a rebalance, and are applied no second time.',
        ),
        lines(
          'Oldest that is parked',
          's',
          [['max by (group) (messaging_consumer_parked_oldest_age_seconds)', '{{group}}']],
          'It waits for an earlier version of the same aggregate, half a minute at most.',
        ),
        lines(
          'Partitions read',
          'short',
          [['sum by (group) (messaging_consumer_partitions)', '{{group}}']],
          'All of them, by the processes of a group together.',
        ),
      ],
    },
  ],
};

function pageOf(service: Service): Page {
  const of = `service="${service}"`;
  const has = (metric: string) => metrics[metric]?.services.includes(service) === true;
  const rooms: (Row | undefined | false)[] = [
    requestsRow(of),
    businessOf[service],
    has('group_commit_batch_size') && commitsRow(of),
    has('messaging_outbox_depth') && outboxRow(of),
    has('messaging_consumer_lag') && consumerRow(of),
    has('pg_pool_connections') && databaseRow(of),
    processRow(of),
  ];
  return {
    uid: `oms-${service}`,
    title: `OMS: ${service}`,
    about: `The ${service} service, room by room.`,
    rows: rooms.filter((row) => row !== undefined && row !== false),
  };
}

export const pages: readonly Page[] = [system, business, messages, ...services.map(pageOf)];
