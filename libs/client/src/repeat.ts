/** Sends a request again while the service is busy or away: after a broken connection, and after 429 and 503 when the service says. */

export type RepeatOptions = {
  fetch: (request: Request) => Promise<Response>;
  deadlineMs: number;
};

const firstPauseMs = 200;
const pauseMsMax = 5_000;

/** Resolves with the last reply once the next attempt would end too late. A stream has no deadline, as it ends when the caller ends it. */
export async function fetchRepeatedly(request: Request, { fetch, deadlineMs }: RepeatOptions): Promise<Response> {
  if (request.headers.get('accept') === 'text/event-stream') return fetch(request);
  const endsMs = performance.now() + deadlineMs;
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(deadlineMs)]);
  for (let attempt = 1; ; attempt += 1) {
    // Half to all of it, so that clients which failed together do not return together.
    const pauseMs = Math.min(pauseMsMax, firstPauseMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
    const canWait = (ms: number) => performance.now() + ms < endsMs;
    try {
      const response = await fetch(new Request(request.clone(), { signal }));
      const waitMs = Math.max(pauseMs, retryAfterMs(response));
      if (!isTemporary(response) || !canWait(waitMs)) return response;
      await response.body?.cancel();
      await pause(waitMs, signal);
    } catch (error) {
      // Whoever aborts, or a deadline that has passed, ends it; all other errors are connections that broke.
      if (signal.aborted || !canWait(pauseMs)) throw error;
      await pause(pauseMs, signal);
    }
  }
}

function isTemporary({ status }: Response): boolean {
  return status === 429 || status === 503;
}

/** Retry-After in seconds; the API gives no dates. */
function retryAfterMs({ headers }: Response): number {
  const seconds = Number(headers.get('retry-after'));
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : 0;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });

    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve();
    }
  });
}
