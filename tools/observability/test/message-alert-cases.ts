// The cases of alerts on messages, work and resources.

import type { AlertCase } from './alert-case.ts';

const process = (metric: string) => `${metric}{service="order",part_of="oms",instance="1"}`;
const lag = (service: string) => `messaging_consumer_lag{service="${service}",group="oms-${service}"}`;
const applied = 'messaging_consumer_applied_total{service="analytics",group="oms-analytics",topic="order-events"}';
const stopped = 'messaging_consumer_stopped_partitions{service="inventory",group="oms-inventory",topic="order-events"}';
const lost = 'messaging_consumer_lost_messages_total{service="analytics",group="oms-analytics",topic="order-events"}';
const dead =
  'messaging_consumer_dead_letters_total{service="analytics",group="oms-analytics",topic="order-events",reason="UNREADABLE"}';
const bufferedAge = 'messaging_consumer_parked_oldest_age_seconds{service="inventory",group="oms-inventory"}';
const attempts = (status: string) =>
  `notification_attempts_total{service="notification",channel="EMAIL",status="${status}"}`;
const refused = 'group_commit_refused_total{service="order",name="placements"}';
const waiting = 'pg_pool_waiting{service="order",pool="main"}';

export const messageAlertCases: Readonly<Record<string, readonly AlertCase[]>> = {
  OutboxOld: [
    {
      when: 'nothing leaves',
      series: { 'messaging_outbox_oldest_age_ms{service="order"}': '0+15000x40' },
      minutes: 8,
      raised: [{ service: 'order' }],
    },
    {
      when: 'all leaves in time',
      series: { 'messaging_outbox_oldest_age_ms{service="order"}': '0 900 20 30x40' },
      minutes: 8,
      raised: null,
    },
  ],
  OrdersStuck: [
    {
      when: 'an order waits for a message, in the eyes of both replicas',
      series: {
        'orders_stuck{service="order",instance="1",cause="MESSAGE"}': '0 1x40',
        'orders_stuck{service="order",instance="2",cause="MESSAGE"}': '0 1x40',
        'orders_stuck{service="order",instance="1",cause="STEP"}': '0x40',
      },
      minutes: 9,
      raised: [{ cause: 'MESSAGE' }],
    },
    {
      when: 'each goes on within a few minutes',
      series: { 'orders_stuck{service="order",cause="PROMISE"}': '0 2x6 0x30' },
      minutes: 9,
      raised: null,
    },
  ],
  RelayWithTwoLeaders: [
    {
      when: 'both lead',
      series: {
        'messaging_relay_leading{service="order",instance="1"}': '1x40',
        'messaging_relay_leading{service="order",instance="2"}': '1x40',
      },
      minutes: 5,
      raised: [{ service: 'order' }],
    },
    {
      when: 'one takes over from the other',
      series: {
        'messaging_relay_leading{service="order",instance="1"}': '1x10 0x30',
        'messaging_relay_leading{service="order",instance="2"}': '0x9 1x30',
      },
      minutes: 8,
      raised: null,
    },
  ],
  RelayWithoutLeader: [
    {
      when: 'both stand by',
      series: {
        'messaging_relay_leading{service="order",instance="1"}': '0x40',
        'messaging_relay_leading{service="order",instance="2"}': '0x40',
      },
      minutes: 5,
      raised: [{ service: 'order' }],
    },
    {
      when: 'one leads',
      series: {
        'messaging_relay_leading{service="order",instance="1"}': '0x40',
        'messaging_relay_leading{service="order",instance="2"}': '1x40',
      },
      minutes: 5,
      raised: null,
    },
  ],
  ConsumerLagNotShrinking: [
    {
      when: 'it grows',
      series: { [lag('inventory')]: '0+50x120' },
      minutes: 25,
      raised: [{ service: 'inventory', group: 'oms-inventory' }],
    },
    { when: 'it shrinks', series: { [lag('inventory')]: '10000-50x120' }, minutes: 25, raised: null },
    { when: 'a few wait at each look', series: { [lag('inventory')]: '20x120' }, minutes: 25, raised: null },
  ],
  AnalyticsBehind: [
    {
      when: 'at its pace it takes five minutes',
      series: { [lag('analytics')]: '3000x80', [applied]: '0+150x80' },
      minutes: 15,
      raised: [{}],
    },
    {
      when: 'it stands still',
      series: { [lag('analytics')]: '100x80', [applied]: '7x80' },
      minutes: 15,
      raised: [{}],
    },
    {
      when: 'many wait and go fast',
      series: { [lag('analytics')]: '3000x80', [applied]: '0+7500x80' },
      minutes: 15,
      raised: null,
    },
  ],
  DeadLettersCame: [
    {
      when: 'the first of its kind',
      series: { [dead]: '0x8 1x40' },
      minutes: 8,
      raised: [{ service: 'analytics', topic: 'order-events', reason: 'UNREADABLE' }],
    },
    { when: 'the last was an hour ago', series: { [dead]: '0x8 1x300' }, minutes: 62, raised: null },
  ],
  PartitionStopped: [
    {
      when: 'one for five minutes',
      series: { [stopped]: '0 1x30' },
      minutes: 5,
      raised: [{ service: 'inventory', group: 'oms-inventory', topic: 'order-events' }],
    },
    { when: 'it goes on', series: { [stopped]: '1 1 0x30' }, minutes: 5, raised: null },
  ],
  MessagesLost: [
    {
      when: 'a process has found out at its start',
      series: { [lost]: '_x8 30x40' },
      minutes: 8,
      raised: [{ service: 'analytics', group: 'oms-analytics', topic: 'order-events' }],
    },
    {
      when: 'a process has found out later',
      series: { [lost]: '0x300 30x40' },
      minutes: 80,
      raised: [{ service: 'analytics', group: 'oms-analytics', topic: 'order-events' }],
    },
    { when: 'none', series: { [lost]: '0x300' }, minutes: 70, raised: null },
  ],
  ParkedTooLong: [
    {
      when: 'for ten minutes',
      series: { [bufferedAge]: '0+15x60' },
      minutes: 10,
      raised: [{ service: 'inventory', group: 'oms-inventory' }],
    },
    { when: 'for half a minute', series: { [bufferedAge]: '0 15 30 0x60' }, minutes: 10, raised: null },
  ],
  HoldsOverdue: [
    {
      when: 'order does not answer',
      series: { 'inventory_hold_overdue_seconds{service="inventory"}': '0+15x60' },
      minutes: 10,
      raised: [{ service: 'inventory' }],
    },
    {
      when: 'they are settled',
      series: { 'inventory_hold_overdue_seconds{service="inventory"}': '0 4 0 2 0x60' },
      minutes: 10,
      raised: null,
    },
  ],
  NotificationsFailing: [
    {
      when: 'one was given up',
      series: { [attempts('SENT')]: '0+10x40', [attempts('FAILED')]: '0x10 1x40' },
      minutes: 8,
      raised: [{ channel: 'EMAIL' }],
    },
    {
      when: 'most are to be tried again',
      series: { [attempts('SENT')]: '0+1x80', [attempts('PENDING')]: '0+5x80', [attempts('FAILED')]: '0x80' },
      minutes: 15,
      raised: [{ channel: 'EMAIL' }],
    },
    {
      when: 'one in twenty is tried again',
      series: { [attempts('SENT')]: '0+19x80', [attempts('PENDING')]: '0+1x80', [attempts('FAILED')]: '0x80' },
      minutes: 15,
      raised: null,
    },
  ],
  CommandsRefused: [
    {
      when: 'the queue is full',
      series: { [refused]: '0x4 5+5x20' },
      minutes: 5,
      raised: [{ service: 'order', name: 'placements' }],
    },
    { when: 'it was full long ago', series: { [refused]: '5x60' }, minutes: 12, raised: null },
  ],
  RequestsShed: [
    {
      when: 'lists have no capacity left',
      series: { 'gateway_requests_shed_total{route="/v1/orders",kind="list",reason="capacity"}': '0x4 5+5x20' },
      minutes: 5,
      raised: [{ route: '/v1/orders', kind: 'list' }],
    },
    {
      when: 'one caller has used up its share',
      series: { 'gateway_requests_shed_total{route="/v1/orders",kind="list",reason="caller"}': '0x4 5+5x20' },
      minutes: 5,
      raised: null,
    },
  ],
  DeadlinesExceeded: [
    {
      when: 'a service has fallen silent',
      series: {
        'http_problems_total{service="gateway",route="/v1/orders",method="POST",code="UPSTREAM_TIMEOUT"}': '0x4 5+5x20',
      },
      minutes: 5,
      raised: [{ service: 'gateway', route: '/v1/orders' }],
    },
    {
      when: 'a few requests in an hour',
      series: {
        'http_problems_total{service="gateway",route="/v1/orders",method="POST",code="UPSTREAM_TIMEOUT"}': '0x4 1x60',
      },
      minutes: 8,
      raised: null,
    },
  ],
  EventLoopLags: [
    {
      when: 'half a second',
      series: { [process('nodejs_eventloop_lag_p99_seconds')]: '0.5x60' },
      minutes: 10,
      raised: [{ service: 'order', instance: '1' }],
    },
    {
      when: 'twelve milliseconds',
      series: { [process('nodejs_eventloop_lag_p99_seconds')]: '0.012x60' },
      minutes: 10,
      raised: null,
    },
  ],
  PoolExhausted: [
    {
      when: 'three wait on and on',
      series: { [waiting]: '3x40' },
      minutes: 5,
      raised: [{ service: 'order', pool: 'main' }],
    },
    { when: 'one waited for a moment', series: { [waiting]: '0 1 0x40' }, minutes: 5, raised: null },
  ],
  FileDescriptorsLow: [
    {
      when: 'nine of ten are open',
      series: { [process('process_open_fds')]: '900x60', [process('process_max_fds')]: '1000x60' },
      minutes: 10,
      raised: [{ service: 'order', instance: '1' }],
    },
    {
      when: 'few are open',
      series: { [process('process_open_fds')]: '40x60', [process('process_max_fds')]: '1000x60' },
      minutes: 10,
      raised: null,
    },
  ],
};
