// How many test files run at the same time. vitest's own default leaves one processor idle, which is half of two.
import { availableParallelism } from 'node:os';
import { testStackVariable } from '@oms/test-kit';

export function unitWorkers(): number {
  return availableParallelism();
}

/** Each has a stack of its own, because all who use a Kafka broker share its topics. Stacks that run elsewhere are one. */
export function stackWorkers(): number {
  const running = process.env[testStackVariable];
  if (running) return (JSON.parse(running) as object[]).length;
  const embedded = (process.env['OMS_STACK'] || 'embedded') === 'embedded';
  return embedded ? Math.min(2, availableParallelism()) : 1;
}
