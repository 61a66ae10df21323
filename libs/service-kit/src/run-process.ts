/** Start and stop of a process: a failed start is one log line; a stop has an order and a deadline. */

import { failpoint } from '@oms/failpoint';
import closeWithGrace from 'close-with-grace';
import type { Logger } from 'pino';
import { followsParent } from './config.ts';
import { describeError } from './logger.ts';
import { processState } from './process-state.ts';
import { startTracing, stopTracing } from './tracing/tracing.ts';

const stopWithinMs = 10_000;
const startWithinMs = 2_000;
const drainMsDefault = 500;

/**
 * On SIGTERM or SIGINT, readiness is 503 and replies close their connections for `drainMs`; then `stop()` runs. The process ends within
 * 10 s in any case. A second signal ends it at once. With OMS_PARENT_PIPE=1 it also stops when the process that started it ends (its
 * stdin or IPC channel closes).
 *
 * @param drainMs time for load balancers and clients to move to another instance, 500 by default
 */
export async function runProcess({
  name,
  logger,
  start,
  drainMs = drainMsDefault,
}: {
  name: string;
  logger: Logger;
  start: () => Promise<{ stop(): Promise<void> }>;
  drainMs?: number;
}): Promise<void> {
  const grace = closeWithGrace({ delay: stopWithinMs, logger: graceLogger(logger) }, async ({ signal, err }) => {
    if (err) logger.fatal({ err }, `${name} ends because of an uncaught error`);
    else logger.info(`${name} stops (${signal ?? 'its parent process has ended'})`);
    processState.stopping = true;
    // A stop can arrive during the start: wait for the start and stop it, unless it hangs.
    const running = await Promise.race([started, pause(startWithinMs)]);
    if (running === undefined) return;
    // After an uncaught error the state is unknown: accept no new work.
    if (!err) await pause(drainMs);
    await running.stop();
    await stopTracing();
    logger.info(`${name} has stopped`);
  });
  if (followsParent()) followParent(() => void grace.close());
  const started = startTracing(name)
    .then(start)
    .catch((err: unknown) => {
      if (processState.stopping) return undefined;
      logger.fatal({ err }, `${name} could not start: ${describeError(err).message}`);
      grace.uninstall();
      process.exit(1);
    });
  failpoint('process.starting');
  await started;
  failpoint('process.ready');
}

function pause(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined));
}

function followParent(close: () => void): void {
  process.stdin.on('end', close).on('error', close).resume();
  process.on('disconnect', close);
}

function graceLogger(logger: Logger): { error: (message: unknown) => void } {
  return {
    error: (message) => (message instanceof Error ? logger.error({ err: message }) : logger.error(String(message))),
  };
}
