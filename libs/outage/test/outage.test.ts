// What is an outage, whoever reports it: PostgreSQL, PgBouncer, Node, pg, its pool, or Prisma.
import { describe, expect, test } from 'vitest';
import { isOutage, isOutcomeUnknown } from '../src/outage.ts';

const coded = (code: string) => Object.assign(new Error('from below'), { code });

describe('an outage', () => {
  test.each([
    ...['08000', '08001', '08004', '08006', '08P01', '28000', '28P01', '3D000', '53000', '53100', '53200', '53300'],
    ...[
      '53400',
      '55P03',
      '57014',
      '57P01',
      '57P02',
      '57P03',
      '57P05',
      '58000',
      '58030',
      '58P01',
      '25006',
      '25P03',
      '25P04',
    ],
    ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH'],
    ...['ENETDOWN', 'ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EADDRNOTAVAIL', 'EMFILE', 'ENFILE', 'ENOBUFS'],
    ...['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037'],
  ])('is an error with the code %s', (code) => expect(isOutage(coded(code))).toBe(true));

  test.each([
    'timeout exceeded when trying to connect',
    'timeout expired',
    'Query read timeout',
    'Connection terminated',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
  ])('is an error of pg without a code: %s', (text) => expect(isOutage(new Error(text))).toBe(true));

  test('is what Prisma makes of one, wherever it keeps the original', () => {
    const adapterError = Object.assign(new Error('x'), {
      cause: { kind: 'postgres', code: '53200', originalCode: '53200' },
    });
    expect(isOutage(adapterError)).toBe(true);
    expect(isOutage(Object.assign(new Error('x'), { code: 'P2010', meta: { driverAdapterError: adapterError } }))).toBe(
      true,
    );
    for (const kind of ['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections'])
      expect(isOutage(Object.assign(new Error('x'), { cause: { kind } })), kind).toBe(true);
  });

  test('is whatever has one for its cause', () => {
    expect(isOutage(new Error('outer', { cause: new Error('middle', { cause: coded('57014') }) }))).toBe(true);
  });
});

describe('no outage', () => {
  test.each([
    '23505',
    '23514',
    '22P02',
    '22001',
    '42P01',
    '42601',
    '42501',
    'P0001',
    '0A000',
    '40001',
    '40P01',
    '25P02',
    '25001',
    '57P0',
    '54000',
    'EACCES',
    'P2002',
    'P2025',
  ])('is an error with the code %s: a command, a race or a defect of ours causes it', (code) =>
    expect(isOutage(coded(code))).toBe(false),
  );

  test.each([
    new Error('Cannot read the query: Connection terminated'),
    new TypeError('x'),
    'Connection terminated',
    undefined,
    null,
    8006,
  ])('is %s', (thrown) => expect(isOutage(thrown)).toBe(false));
});

test('an outcome is unknown when the error itself is marked so', () => {
  expect(isOutcomeUnknown(Object.assign(new Error('lost'), { outcomeUnknown: true }))).toBe(true);
  expect([new Error('lost'), { outcomeUnknown: true }, undefined].map(isOutcomeUnknown)).toEqual([false, false, false]);
});
