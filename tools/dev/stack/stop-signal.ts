// Ctrl-C, kill, a closed terminal, and the death of the parent process all mean the same: stop in order, once.

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const parentEveryMs = 500;
/** A terminal's Ctrl-C may reach us twice, by itself and from our parent: only a later one is an impatient person's. */
const impatientAfterMs = 1_000;

/**
 * Calls `stop` at the first signal, or when the parent process is gone, and ends this process after it.
 * A second signal, a second later or more, ends it at once: the reaper cares for the children then.
 */
export function onStopSignal(stop: (why: string) => Promise<void>): void {
  let stoppingSince: number | null = null;
  const begin = (why: string, exitCode: number) => {
    if (stoppingSince !== null) {
      if (performance.now() - stoppingSince > impatientAfterMs) process.exit(exitCode);
      return;
    }
    stoppingSince = performance.now();
    void stop(why)
      .catch((error: unknown) => console.error(error))
      .finally(() => process.exit(exitCode));
  };
  for (const signal of signals) process.on(signal, () => begin(signal, signal === 'SIGINT' ? 130 : 143));
  // Who reads what we print has gone away (`npm start | head`): printing more would end us without order.
  process.stdout.once('error', () => begin('nobody reads its output', 141));
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  // SIGKILL of the parent sends us nothing, but gives us another parent. Only `tools/repo/bootstrap.mjs` is watched: a shell may leave.
  const parent = process.ppid;
  if (process.env['OMS_BOOTSTRAP'] !== String(parent)) return;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    begin('its parent process ended', 143);
  }, parentEveryMs);
  watch.unref();
}
