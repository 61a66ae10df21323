// A failpoint ends the process at the named place and the given time, and at no other.
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { failpoint, onFailpoint, readSetting } from '../src/failpoint.ts';

const walk = new URL('./walk.ts', import.meta.url).pathname;

function run(setting: string | undefined) {
  const { FAILPOINT: _unset, ...env } = process.env;
  const { stdout, stderr, signal, status } = spawnSync(process.execPath, [walk], {
    env: setting === undefined ? env : { ...env, FAILPOINT: setting },
    encoding: 'utf8',
  });
  return { steps: stdout.trim().split('\n'), stderr, signal, status };
}

describe('a failpoint', () => {
  test('does nothing while none is named', () => {
    expect(run(undefined)).toMatchObject({ steps: ['1', '2', '3', 'end'], signal: null, status: 0 });
  });

  test('ends the process as by kill -9 the n-th time it is passed, and says so', () => {
    const { steps, signal, stderr } = run('relay.after_ack:2');
    expect(steps).toEqual(['1']);
    expect(signal).toBe('SIGKILL');
    expect(stderr).toContain('failpoint relay.after_ack');
  });

  test('leaves other places alone', () => {
    expect(run('relay.swept').steps).toEqual(['1', '2', '3', 'end']);
  });

  test('is refused at the start when its name or number is none', () => {
    for (const wrong of ['relay.after_nap', 'relay.after_ack:0', 'relay.after_ack:x', 'relay.after_ack:1:2']) {
      expect(() => readSetting(wrong), wrong).toThrow(/is not understood/);
    }
    expect(run('relay.after_nap').status).toBe(1);
  });

  test('can be handled in another way, and back', () => {
    const passed: string[] = [];
    const undo = onFailpoint((name) => passed.push(name));
    failpoint('relay.swept');
    undo();
    failpoint('relay.swept');
    expect(passed).toEqual(['relay.swept']);
  });
});
