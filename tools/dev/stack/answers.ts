// Whether something answers by HTTP, for those who wait until it is ready.

const answerMsMax = 2_000;

/** True when it answers with a 2xx status in time; false for everything else. */
export async function answers(url: string, headers: Record<string, string> = {}): Promise<boolean> {
  try {
    return (await fetch(url, { headers, signal: AbortSignal.timeout(answerMsMax) })).ok;
  } catch {
    return false;
  }
}
