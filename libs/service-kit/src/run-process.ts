/** A process starts or says in one line why not; it stops when told, in order and in bounded time. */

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
 * SIGTERM or SIGINT: readiness says 503 and connections are asked to go for `drainMs`, then `stop()` runs; the process
 * ends within 10 s whatever happens. A second signal ends it at once. With OMS_PARENT_PIPE=1 it also stops when the
 * process that started it is gone (its stdin or IPC channel closes).
 *
 * @param o.drainMs time for load balancers and kept connections to leave, 500 unless told
 */
export async function runProcess(o: {
  name: string;
  logger: Logger;
  start: () => Promise<{ stop(): Promise<void> }>;
  drainMs?: number;
}): Promise<void> {
  const { name, logger, drainMs = drainMsDefault } = o;
  const grace = closeWithGrace({ delay: stopWithinMs, logger: graceLogger(logger) }, async ({ signal, err }) => {
    if (err) logger.fatal({ err }, `${name} ends because of an error nobody caught`);
    else logger.info(`${name} stops (${signal ?? 'its parent is gone'})`);
    processState.stopping = true;
    // A stop can come in the middle of the start: what it opens is closed, unless it hangs.
    const running = await Promise.race([started, pause(startWithinMs)]);
    if (running === undefined) return;
    // After an error nobody caught the state is unknown: no new work may be taken in.
    if (!err) await pause(drainMs);
    await running.stop();
    await stopTracing();
    logger.info(`${name} has stopped`);
  });
  if (followsParent()) followParent(() => void grace.close());
  const started = startTracing(name)
    .then(o.start)
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
