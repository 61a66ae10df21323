// Keeps what callers requested and what came of it, by one clock that only goes forward.
import type { Answer, Call, Request } from './history.ts';

/** The outcome of a call: one answer for each request, or unknown, or surely not executed. */
export type Outcome = readonly Answer[] | 'UNKNOWN' | 'NOTHING';
export type Recorder = ReturnType<typeof createRecorder>;

export function createRecorder() {
  const calls: Call[] = [];
  const originMs = performance.now();
  const nowMs = () => performance.now() - originMs;
  return {
    calls: calls as readonly Call[],
    nowMs,
    async record(client: string, requests: readonly Request[], send: () => Promise<Outcome>): Promise<Outcome> {
      const beganAtMs = nowMs();
      const outcome = await send();
      const endedAtMs = nowMs();
      for (const [i, request] of requests.entries()) {
        if (Array.isArray(outcome)) calls.push({ client, request, beganAtMs, answer: outcome[i] as Answer, endedAtMs });
        else if (outcome === 'UNKNOWN' && request.type !== 'Read')
          calls.push({ client, request, beganAtMs, answer: null, endedAtMs: null });
      }
      return outcome;
    },
    /** Something begins whose end no caller sees; the function it returns records that it has ended by now. */
    begin(client: string, request: Request): () => void {
      const index = calls.push({ client, request, beganAtMs: nowMs(), answer: null, endedAtMs: null }) - 1;
      return () => {
        const { beganAtMs } = calls[index]!;
        calls[index] = { client, request, beganAtMs, answer: { type: 'Done' }, endedAtMs: nowMs() };
      };
    },
  };
}
