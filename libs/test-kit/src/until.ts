// Waiting for a condition, with a deadline: what tests do instead of sleeping.

/**
 * Asks `probe` again and again until it gives something truthy, and returns that.
 * @param what the condition in words, for the error
 * @throws Error after `deadlineMs`, with the last answer or error of the probe
 */
export async function until<T>(
  what: string,
  probe: () => T | undefined | null | false | Promise<T | undefined | null | false>,
  deadlineMs = 30_000,
): Promise<T> {
  const end = Date.now() + deadlineMs;
  let last: unknown;
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 2, 200)) {
    try {
      const answer = await probe();
      if (answer) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() >= end) {
      const shown = last instanceof Error ? last.message : JSON.stringify(last);
      throw new Error(`Waited ${deadlineMs} ms in vain until ${what}. The last look gave: ${shown}`, { cause: last });
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
