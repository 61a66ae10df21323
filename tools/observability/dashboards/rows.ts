// The rows that pages share, for one service or several. Those about messages are in message-rows.ts.

import { emptyWhenWell, lines, mean, quantile, rate, type Row } from './page.ts';

/** @param of chooses services: `service="order"` */
export function requestsRow(of: string): Row {
  const requests = `http_request_duration_seconds{${of},route=~"/v1/.*|/internal/.*"}`;
  const count = requests.replace('{', '_count{');
  const wrong = count.replace('}', ',status=~"5.."}');
  return {
    title: 'Requests',
    panels: [
      lines(
        'Requests a second, by status',
        'reqps',
        [[rate(count, 'status'), '{{status}}']],
        'Without probes and metrics.',
      ),
      lines(
        'How long they take',
        's',
        [
          [quantile(0.5, requests), 'half of them'],
          [quantile(0.99, requests), '99 of 100'],
        ],
        'From the head of a request to the end of its reply.',
      ),
      lines(
        'Share that fails (5xx)',
        'percentunit',
        [[`sum(rate(${wrong}[$__rate_interval])) / sum(rate(${count}[$__rate_interval])) or vector(0)`, 'failed']],
        'The objective allows 0.1 %.',
      ),
      emptyWhenWell(
        lines(
          'Problems a second, by code',
          'reqps',
          [[rate(`http_problems_total{${of}}`, 'code'), '{{code}}']],
          'The error codes of replies: errors of callers, and ours (TOO_BUSY, ..._UNAVAILABLE, INTERNAL).',
        ),
      ),
    ],
  };
}

export function commitsRow(of: string): Row {
  return {
    title: 'Transactions of many commands',
    panels: [
      lines(
        'Commands a second',
        'ops',
        [[rate(`group_commit_batch_size_sum{${of}}`, 'name'), '{{name}}']],
        'By queue.',
      ),
      lines(
        'Commands in one transaction, on average',
        'short',
        [[mean(`group_commit_batch_size{${of}}`, 'name'), '{{name}}']],
        'One at light load, more under load.',
      ),
      lines(
        'Wait and commit, 99 of 100',
        'ms',
        [
          [quantile(0.99, `group_commit_wait_ms{${of}}`, 'name'), '{{name}} waits'],
          [quantile(0.99, `group_commit_commit_ms{${of}}`, 'name'), '{{name}} commits'],
        ],
        'A command waits for the transaction in flight, then for its own.',
      ),
      lines(
        'Refused and split, a second',
        'ops',
        [
          [rate(`group_commit_refused_total{${of}}`, 'name'), '{{name}} refused'],
          [rate(`group_commit_splits_total{${of}}`, 'name'), '{{name}} split'],
          [rate(`group_commit_dropped_total{${of}}`, 'name, reason'), '{{name}} {{reason}}'],
        ],
        'Refused: a queue was full. Split: a batch failed, and its commands were tried one by one. Others: no outcome in time.',
      ),
    ],
  };
}

export function databaseRow(of: string): Row {
  return {
    title: 'Connections to PostgreSQL',
    panels: [
      lines(
        'Connections',
        'short',
        [
          [`sum by (service, pool) (pg_pool_connections{${of},state="busy"})`, '{{service}} {{pool}} busy'],
          [`sum by (service, pool) (pg_pool_connections{${of},state="idle"})`, '{{service}} {{pool}} idle'],
          [`sum by (service, pool) (pg_pool_connections_max{${of}})`, '{{service}} {{pool}} at most'],
        ],
        'Of all processes together.',
      ),
      lines(
        'Callers that wait for one',
        'short',
        [[`max by (service, pool) (pg_pool_waiting{${of}})`, '{{service}} {{pool}}']],
        'If they wait for long, the pool is too small, or statements take too long.',
      ),
    ],
  };
}

export function processRow(of: string): Row {
  return {
    title: 'Processes',
    panels: [
      lines(
        'Processors used',
        'short',
        [[rate(`process_cpu_seconds_total{${of}}`, 'service'), '{{service}}']],
        '1 is one processor; a process can hardly use more.',
      ),
      lines(
        'Memory',
        'bytes',
        [
          [`max by (service) (process_resident_memory_bytes{${of}})`, '{{service}}'],
          [`max by (service) (nodejs_heap_size_used_bytes{${of}})`, '{{service}} JavaScript'],
        ],
        'Of the largest process.',
      ),
      lines(
        'Event loop is late, 99 of 100',
        's',
        [[`max by (service) (nodejs_eventloop_lag_p99_seconds{${of}})`, '{{service}}']],
        'The delay of work that is ready to run.',
      ),
      lines(
        'Garbage collection, share of time',
        'percentunit',
        [[`sum by (service) (rate(nodejs_gc_duration_seconds_sum{${of}}[$__rate_interval]))`, '{{service}}']],
        'Time spent on garbage collection.',
      ),
    ],
  };
}
