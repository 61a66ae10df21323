// When each alert must be raised, and when it must not: series as promtool writes them, a value every 15 seconds. Here those of requests and
// of whole services; those of messages, work and resources are beside.

import { services } from '../../dev/stack/services.ts';
import { messageAlertCases } from './message-alert-cases.ts';
import { orderAlertCases } from './order-alert-cases.ts';
import type { AlertCase } from './alert-case.ts';

const answers = (status: number) =>
  `http_request_duration_seconds_count{service="gateway",method="POST",route="/v1/orders",status="${status}"}`;
const bucket = (le: string) =>
  `http_request_duration_seconds_bucket{service="gateway",method="POST",route="/v1/orders",status="201",le="${le}"}`;
const up = (service: string, instance = '1') => `up{service="${service}",part_of="oms",instance="${instance}"}`;
const allUp = Object.fromEntries(services.map((service) => [up(service), '1x400']));
const process = (metric: string) => `${metric}{service="order",part_of="oms",instance="1"}`;

export const alertCases: Readonly<Record<string, readonly AlertCase[]>> = {
  ErrorBudgetBurnsFast: [
    {
      when: 'two of a hundred fail',
      series: { [answers(201)]: '0+98x400', [answers(503)]: '0+2x400' },
      minutes: 70,
      raised: [{}],
    },
    {
      when: 'one of a thousand fails',
      series: { [answers(201)]: '0+999x400', [answers(503)]: '0+1x400' },
      minutes: 70,
      raised: null,
    },
    {
      when: 'it is over since ten minutes',
      series: { [answers(201)]: '0+98x400', [answers(503)]: '0+5x240 1200x160' },
      minutes: 72,
      raised: null,
    },
    {
      when: 'half of six requests failed',
      series: { [answers(201)]: '0x200 3x200', [answers(503)]: '0x200 3x200' },
      minutes: 52,
      raised: null,
    },
  ],
  ErrorBudgetBurnsSlowly: [
    {
      when: 'one of a hundred fails',
      series: { [answers(201)]: '0+99x400', [answers(503)]: '0+1x400' },
      minutes: 380,
      interval: '1m',
      raised: [{}],
    },
    {
      when: 'one of a thousand fails',
      series: { [answers(201)]: '0+999x400', [answers(503)]: '0+1x400' },
      minutes: 380,
      interval: '1m',
      raised: null,
    },
  ],
  PlacementsSlow: [
    {
      when: 'two of a hundred take two seconds',
      series: { [bucket('1')]: '0+98x80', [bucket('2.5')]: '0+100x80', [bucket('+Inf')]: '0+100x80' },
      minutes: 15,
      raised: [{}],
    },
    {
      when: 'all are fast',
      series: { [bucket('0.05')]: '0+100x80', [bucket('1')]: '0+100x80', [bucket('+Inf')]: '0+100x80' },
      minutes: 15,
      raised: null,
    },
  ],
  ServiceDown: [
    {
      when: 'the only one does not answer',
      series: { ...allUp, [up('order')]: '1x10 0x30' },
      minutes: 8,
      raised: [{ service: 'order' }],
    },
    {
      when: 'there is none',
      series: { ...allUp, [up('gateway')]: '_x40' },
      minutes: 8,
      raised: [{ service: 'gateway', part_of: 'oms' }],
    },
    { when: 'one of two does not answer', series: { ...allUp, [up('order', '2')]: '0x40' }, minutes: 8, raised: null },
  ],
  ServiceRestarts: [
    {
      when: 'four starts',
      series: { [process('process_start_time_seconds')]: '1x8 2x8 3x8 4x20' },
      minutes: 10,
      raised: [{ service: 'order' }],
    },
    {
      when: 'one start, as by an upgrade',
      series: { [process('process_start_time_seconds')]: '1x8 2x40' },
      minutes: 10,
      raised: null,
    },
  ],
  StreamsRefused: [
    {
      when: 'some were refused because the process has as many as it may',
      series: { 'order_streams_refused_total{service="order",reason="capacity"}': '0x20 5x60' },
      minutes: 8,
      raised: [{ service: 'order' }],
    },
    {
      when: 'one caller has as many as it may',
      series: { 'order_streams_refused_total{service="order",reason="caller"}': '0+5x80' },
      minutes: 8,
      raised: null,
    },
  ],
  StreamsBehind: [
    {
      when: 'Kafka has not answered one process for minutes',
      series: {
        'order_streams_kafka_answer_age_seconds{service="order",instance="1"}': '0+15x40',
        'order_streams_kafka_answer_age_seconds{service="order",instance="2"}': '0.4x40',
      },
      minutes: 8,
      raised: [{ service: 'order', instance: '1' }],
    },
    {
      when: 'a broker was started again',
      series: { 'order_streams_kafka_answer_age_seconds{service="order",instance="1"}': '0x10 15 30 45 0x40' },
      minutes: 5,
      raised: null,
    },
  ],
  ...messageAlertCases,
  ...orderAlertCases,
};
