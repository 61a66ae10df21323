// All dashboards: the whole system, its business, its messages, and a page for each service with the same rows on each.

import { services, type Service } from '../../dev/stack/services.ts';
import { metrics } from '../metrics.ts';
import { business, businessOf, streamsRow } from './business.ts';
import { consumerRow, outboxRow } from './message-rows.ts';
import { emptyWhenWell, figure, lines, quantile, rate, window, type Page, type Row } from './page.ts';
import { commitsRow, databaseRow, processRow, requestsRow } from './rows.ts';

const ours = 'part_of="oms"';
const gateway = 'service="gateway",route=~"/v1/.*"';

const system: Page = {
  uid: 'oms-system',
  title: 'OMS: system',
  about: 'The health of the whole system, from the gateway to the last process.',
  rows: [
    {
      title: 'Now',
      panels: [
        figure('Processes that answer', 'short', `sum(up{${ours}})`, 'Of all services.'),
        figure(
          'Requests a second',
          'reqps',
          `sum(rate(http_request_duration_seconds_count{${gateway}}${window}))`,
          'At the gateway.',
        ),
        figure(
          'Share that fails',
          'percentunit',
          `sum(rate(http_request_duration_seconds_count{${gateway},status=~"5.."}${window})) / sum(rate(http_request_duration_seconds_count{${gateway}}${window})) or vector(0)`,
          'The objective allows 0.1 %.',
        ),
        figure(
          'Placing an order, 99 of 100',
          's',
          quantile(0.99, 'http_request_duration_seconds{service="gateway",method="POST",route="/v1/orders"}'),
          'At the gateway.',
        ),
        figure('Oldest in an outbox', 'ms', 'max(messaging_outbox_oldest_age_ms)', 'Committed, but not yet published.'),
        figure('Messages not applied yet', 'short', 'sum(messaging_consumer_lag)', 'By all consumers.'),
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
          'By service. A request at the gateway is also one at the service behind it.',
        ),
        lines(
          'How long they take, 99 of 100',
          's',
          [[quantile(0.99, 'http_request_duration_seconds{route=~"/v1/.*|/internal/.*"}', 'service'), '{{service}}']],
          'By service.',
        ),
        lines(
          'Processes that answer',
          'short',
          [[`sum by (service) (up{${ours}})`, '{{service}}']],
          'With an answer to the last scrape.',
        ),
        emptyWhenWell(
          lines(
            'Alerts',
            'short',
            [['count by (alertname) (ALERTS{alertstate="firing"})', '{{alertname}}']],
            'The alerts that are firing; each has a runbook.',
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
  about: 'From the outbox through Kafka to the consumers: where do messages wait?',
  rows: [
    outboxRow('service=~".+"'),
    consumerRow('service=~".+"'),
    {
      title: 'Exceptions',
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
            'To list them: oms dlq list.',
          ),
        ),
        lines(
          'Duplicates, and messages skipped',
          'ops',
          [
            [rate('messaging_consumer_repeats_total', 'group'), '{{group}} repeats'],
            [rate('messaging_consumer_older_total', 'group'), '{{group}} older'],
          ],
          'Duplicates follow a crash or a rebalance, and are not applied again.',
        ),
        lines(
          'Oldest buffered message',
          's',
          [['max by (group) (messaging_consumer_parked_oldest_age_seconds)', '{{group}}']],
          'It waits for an earlier version of the same aggregate, 30 s at most.',
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
  const rows: (Row | undefined | false)[] = [
    requestsRow(of),
    businessOf[service],
    has('order_streams_open') && streamsRow,
    has('group_commit_batch_size') && commitsRow(of),
    has('messaging_outbox_depth') && outboxRow(of),
    has('messaging_consumer_lag') && consumerRow(of),
    has('pg_pool_connections') && databaseRow(of),
    processRow(of),
  ];
  return {
    uid: `oms-${service}`,
    title: `OMS: ${service}`,
    about: `The ${service} service, with the same rows as all others.`,
    rows: rows.filter((row) => row !== undefined && row !== false),
  };
}

export const pages: readonly Page[] = [system, business, messages, ...services.map(pageOf)];
