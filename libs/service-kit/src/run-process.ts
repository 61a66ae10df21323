/** A process starts or says in one line why not; it stops when told, in order and in bounded time. */

import closeWithGrace from 'close-with-grace';
import type { Logger } from 'pino';
import { followsParent } from './config.ts';
import { processState } from './process-state.ts';

const stopWithinMs = 10_000;
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
  let running: { stop(): Promise<void> } | undefined;
  const grace = closeWithGrace({ delay: stopWithinMs, logger: graceLogger(o.logger) }, async ({ signal, err }) => {
    if (err) o.logger.fatal({ err }, `${o.name} ends because of an error nobody caught`);
    else o.logger.info(`${o.name} stops (${signal ?? 'its parent is gone'})`);
    processState.stopping = true;
    if (running === undefined) return;
    // After an error nobody caught the state is unknown: no new work may be taken in.
    if (!err) await new Promise((resolve) => setTimeout(resolve, o.drainMs ?? drainMsDefault));
    await running.stop();
    o.logger.info(`${o.name} has stopped`);
  });
  if (followsParent()) followParent(() => void grace.close());
  try {
    running = await o.start();
  } catch (err) {
    if (processState.stopping) return;
    o.logger.fatal({ err }, `${o.name} could not start: ${err instanceof Error ? err.message : String(err)}`);
    grace.uninstall();
    process.exit(1);
  }
  // A signal that came during the start found nothing to stop; closing goes on from here.
  if (processState.stopping) await running.stop();
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
