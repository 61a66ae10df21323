import { RegistryUnavailableError } from '@oms/contracts';
import { describe, expect, test } from 'vitest';
import { blames, errorOf } from '../src/consumer/apply-slice.ts';
import { isPassing } from '../src/consumer/error-classification.ts';
import { CommitUnknownError } from '../src/outbox/transaction.ts';

const coded = (code: string) => Object.assign(new Error('from below'), { code });

describe('passes by itself, and is tried again without end', () => {
  test.each([
    ...['08006', '40001', '40P01', '53300', '55P03', '57014', '57P01', '57P03', '58030', '25006', '25P03'],
    ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
  ])('an error with the code %s', (code) => expect(isPassing(coded(code))).toBe(true));

  test.each([
    'timeout exceeded when trying to connect',
    'Connection terminated unexpectedly',
    'Client has encountered a connection error and is not queryable',
    'Query read timeout',
  ])('what pg says without a code: %s', (text) => expect(isPassing(new Error(text))).toBe(true));

  test('an unknown commit, a registry that is away, and what says so of itself', () => {
    expect(isPassing(new CommitUnknownError(new Error('cut')))).toBe(true);
    expect(isPassing(new RegistryUnavailableError('away'))).toBe(true);
    expect(isPassing(Object.assign(new Error('later'), { transient: true }))).toBe(true);
  });

  test('whatever has such an error for its cause', () => {
    expect(isPassing(new Error('outer', { cause: new Error('middle', { cause: coded('40P01') }) }))).toBe(true);
  });
});

describe('stays wrong, and is the fault of the message', () => {
  test.each(['23505', '23514', '22P02', '42P01', '42601', 'P0001', '0A000', 'EACCES', '57P0'])(
    'an error with the code %s',
    (code) => expect(isPassing(coded(code))).toBe(false),
  );

  test.each([new Error('cannot digest this'), new TypeError('x is undefined'), 'thrown text', undefined])(
    '%s',
    (error) => expect(isPassing(error)).toBe(false),
  );
});

describe('who is to blame', () => {
  test('nobody while a connection is sought; a message only for its own data while it is recorded', () => {
    expect(blames('connect', new Error('anything'))).toBe(false);
    expect([blames('record', coded('22P02')), blames('record', coded('42P01'))]).toEqual([true, false]);
  });

  test('a message, for what fails when it is read or applied', () => {
    expect([blames('decode', new Error('x')), blames('apply', new Error('x'))]).toEqual([true, true]);
  });

  test('also by a handler that throws something that is no Error', () => {
    expect(errorOf('text')).toMatchObject({ cause: 'text', message: expect.stringContaining('no Error') });
  });
});
