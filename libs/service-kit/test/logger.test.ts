// What a log line may say of secrets, addresses and errors.
import { describe, expect, test } from 'vitest';
import { describeError } from '../src/index.ts';

describe('an error in the log', () => {
  test('keeps its kind, code, words, cause and way', () => {
    const cause = Object.assign(new Error('connect refused'), { code: 'ECONNREFUSED' });
    const error = Object.assign(new TypeError('no answer', { cause }), { code: 'E_X' });
    expect(describeError(error)).toEqual({
      type: 'TypeError',
      message: 'no answer',
      code: 'E_X',
      cause: 'Error: connect refused',
      stack: expect.stringContaining('logger.test.ts'),
    });
  });

  test('loses what libraries hang on it: rows, parameters, whole requests', () => {
    const extras = { detail: 'Key (email)=(a@b.c) exists', parameters: ['a street'], request: { headers: {} } };
    expect(JSON.stringify(describeError(Object.assign(new Error('x'), extras)))).not.toMatch(/a@b\.c|a street|headers/);
  });

  test('loses credentials in addresses, wherever they stand', () => {
    const error = new Error('postgres://oms:hunter2@db/oms is away', { cause: 'smtp://u:hunter2@mail' });
    expect(JSON.stringify(describeError(error))).not.toContain('hunter2');
    expect(describeError('amqp://u:hunter2@x')).toEqual({ message: 'amqp://[redacted]@x' });
  });
});
