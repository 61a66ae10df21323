/** One JSON document from an address, in bounded time. */

const timeoutMs = 3_000;

/** @throws Error naming the address and the answer when there is no 2xx answer with JSON in it within 3 s */
export async function fetchJson<T>(url: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`${url} answered ${response.status}`);
  }
  return (await response.json()) as T;
}
