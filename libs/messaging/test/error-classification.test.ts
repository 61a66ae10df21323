import { RegistryUnavailableError } from '@oms/contracts';
import { describe, expect, test } from 'vitest';
import { isCausedByMessage, isTransient, toError } from '../src/consumer/error-classification.ts';
import { CommitUnknownError } from '../src/outbox/transaction.ts';

const coded = (code: string) => Object.assign(new Error('from below'), { code });

describe('is transient, and is tried again without end', () => {
  test.each([
    ...['08006', '40001', '40P01', '53300', '55P03', '57014', '57P01', '57P03', '58030', '25006', '25P03'],
    ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
  ])('an error with the code %s', (code) => expect(isTransient(coded(code))).toBe(true));

  test.each([
    'timeout exceeded when trying to connect',
    'Connection terminated unexpectedly',
    'Client has encountered a connection error and is not queryable',
    'Query read timeout',
  ])('what pg says without a code: %s', (text) => expect(isTransient(new Error(text))).toBe(true));

  test('an unknown commit, a registry that is away, and an error that says so itself', () => {
    expect(isTransient(new CommitUnknownError(new Error('cut')))).toBe(true);
    expect(isTransient(new RegistryUnavailableError('away'))).toBe(true);
    expect(isTransient(Object.assign(new Error('later'), { transient: true }))).toBe(true);
  });

  test('whatever has such an error for its cause', () => {
    expect(isTransient(new Error('outer', { cause: new Error('middle', { cause: coded('40P01') }) }))).toBe(true);
  });
});

describe('is not transient, and is caused by the message', () => {
  test.each(['23505', '23514', '22P02', '42P01', '42601', 'P0001', '0A000', 'EACCES', '57P0'])(
    'an error with the code %s',
    (code) => expect(isTransient(coded(code))).toBe(false),
  );

  test.each([new Error('cannot digest this'), new TypeError('x is undefined'), 'thrown text', undefined])(
    '%s',
    (error) => expect(isTransient(error)).toBe(false),
  );
});

describe('the cause of an error', () => {
  test('is no message while a connection is opened, and only its own data while it is recorded', () => {
    expect(isCausedByMessage('connect', new Error('anything'))).toBe(false);
    expect([isCausedByMessage('record', coded('22P02')), isCausedByMessage('record', coded('42P01'))]).toEqual([
      true,
      false,
    ]);
  });

  test('is a message, when reading or applying it fails', () => {
    expect([isCausedByMessage('decode', new Error('x')), isCausedByMessage('apply', new Error('x'))]).toEqual([
      true,
      true,
    ]);
  });

  test('may be something that is no Error', () => {
    expect(toError('text')).toMatchObject({ cause: 'text', message: expect.stringContaining('no Error') });
  });
});
