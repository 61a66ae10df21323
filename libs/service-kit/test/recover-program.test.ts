// A recover program reports what it found; its exit code says whether anything is left to do.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const settings = {
  DATABASE_URL: 'postgres://u:hunter2@localhost/db',
  KAFKA_BROKERS: 'localhost:9092',
  REGISTRY_URL: 'http://localhost:8081',
};
const since = ['--since', '2026-01-31T12:00:00Z'];

function recover(args: readonly string[], env: Record<string, string> = {}) {
  const file = join(import.meta.dirname, 'recover-under-test.ts');
  const given = { maxBuffer: 10_000_000, env: { ...process.env, ...settings, ...env } };
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [file, ...args], given, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

describe('a recover program', { timeout: 30_000 }, () => {
  test('exits with 0 when it finds nothing', async () => {
    expect(await recover(since)).toEqual({ code: 0, out: 'small has all that Kafka has; 7 messages read.\n', err: '' });
  });

  test('exits with 1 when it finds something without --fix, and says what --fix would do', async () => {
    const { code, out } = await recover(since, { FINDS: 'LOST' });
    expect([code, out]).toEqual([
      1,
      'found      LOST  x: a; 10 minutes before. With --fix: c\nsmall: 1 found, 0 recovered, 1 left; 7 messages read.\n',
    ]);
  });

  test('exits with 0 when all is recovered, and with 1 when something is left', async () => {
    expect(await recover(['recover', ...since, '--fix'], { FINDS: 'LOST' })).toMatchObject({ code: 0 });
    const { code, out } = await recover([...since, '--fix', '--json'], { FINDS: 'LOST LEFT' });
    expect([code, JSON.parse(out)]).toMatchObject([1, { service: 'small', counts: { found: 2, fixed: 1, left: 1 } }]);
  });

  test('prints all of its report, also to a slow reader', async () => {
    const { out } = await recover([...since, '--json'], { FINDS: 'LOST '.repeat(5_000) });
    expect((JSON.parse(out) as { findings: object[] }).findings).toHaveLength(5_000);
  });

  test.each([
    [[], '--since is missing'],
    [['--since', 'yesterday'], '"yesterday" is not'],
    [['--since', '2026-01-31T12:00:00'], 'a time with a zone'],
    [['--since', '2999-01-31T12:00:00Z'], 'must not be in the future'],
    [[...since, '--fixx'], "Unknown option '--fixx'"],
  ])('refuses %j, prints its usage, and does nothing', async (args, why) => {
    const { code, out, err } = await recover(args);
    expect([code, out]).toEqual([64, '']);
    expect(err).toContain(why);
    expect(err).toContain('recover --since <time>');
  });

  test('names the missing setting, and no password', async () => {
    const { code, err } = await recover(since, { KAFKA_BROKERS: '' });
    expect(code).toBe(1);
    expect(err).toContain('KAFKA_BROKERS is missing');
    expect(err).not.toContain('hunter2');
  });
});
