// A process logs why it cannot start, and stops on a signal, in order and in bounded time.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { until } from '@oms/test-kit';

type Line = { level: string; msg: string; port?: number; managementPort?: number; err?: { message: string } };

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

async function start(how: string, env: Record<string, string> = {}) {
  const file = join(import.meta.dirname, 'process-under-test.ts');
  const child = spawn(process.execPath, [file, how], { env: { ...process.env, ...env }, stdio: 'pipe' });
  running.push(child);
  const lines: Line[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line) as Line));
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => ({ code, signal }));
  const said = (text: string) => until(`it says "${text}"`, () => lines.find(({ msg }) => msg.includes(text)), 30_000);
  if (how !== 'fails-to-start') await said('listening');
  const { port, managementPort } = lines.find((line) => line.port) ?? {};
  return {
    child,
    lines,
    ended,
    said,
    url: `http://127.0.0.1:${port}`,
    managementUrl: `http://127.0.0.1:${managementPort}`,
  };
}

describe('a start', () => {
  test('that fails is one log line, without credentials, and ends the process', { timeout: 30_000 }, async () => {
    const { ended, lines } = await start('fails-to-start');
    expect(await ended).toEqual({ code: 1, signal: null });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: 'fatal',
      msg: expect.stringContaining('small could not start: the database'),
    });
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });
});

describe('a stop', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('by %s closes what was opened', { timeout: 30_000 }, async (signal) => {
    const { child, ended, lines } = await start('well');
    child.kill(signal);
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(lines.map(({ msg }) => msg).slice(-3)).toEqual([`small stops (${signal})`, 'stopping', 'small has stopped']);
  });

  test('makes it not ready first, while calls are still answered', { timeout: 30_000 }, async () => {
    const { child, said, url, managementUrl } = await start('drains');
    expect((await fetch(`${managementUrl}/health/ready`)).status).toBe(200);
    child.kill('SIGTERM');
    await said('small stops');
    const ready = await fetch(`${managementUrl}/health/ready`);
    expect([ready.status, ready.headers.get('connection')]).toEqual([503, 'close']);
    expect(await ready.json()).toMatchObject({ status: 'stopping' });
    expect((await fetch(`${url}/v1/dishes/7`)).status).toBe(200);
  });

  test('asked for twice is done at once', { timeout: 30_000 }, async () => {
    const { child, ended, said } = await start('never-stops');
    child.kill('SIGTERM');
    await said('stopping');
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 1, signal: null });
  });

  test('comes with the end of the process that started it, when it is to follow it', { timeout: 30_000 }, async () => {
    const { child, ended, lines } = await start('well', { OMS_PARENT_PIPE: '1' });
    child.stdin?.end();
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(lines.at(-1)?.msg).toBe('small has stopped');
  });

  test('after an error that nobody caught closes what was opened, and ends with 1', { timeout: 30_000 }, async () => {
    const { ended, lines } = await start('throws-later');
    expect(await ended).toEqual({ code: 1, signal: null });
    expect(lines.find(({ level }) => level === 'fatal')?.err?.message).toBe('nobody catches me');
    expect(lines.map(({ msg }) => msg)).toContain('stopping');
  });
});
