// Keeps what callers asked and heard, by one clock that only goes forward.
import type { Answer, Call, Wish } from './history.ts';

/** What an attempt to ask brought: answers, one for each wish; or that nobody knows; or that it surely did nothing. */
export type Heard = readonly Answer[] | 'UNKNOWN' | 'NOTHING';
export type Recorder = ReturnType<typeof createRecorder>;

export function createRecorder() {
  const calls: Call[] = [];
  const originMs = performance.now();
  const nowMs = () => performance.now() - originMs;
  return {
    calls: calls as readonly Call[],
    nowMs,
    async asking(client: string, wishes: readonly Wish[], ask: () => Promise<Heard>): Promise<Heard> {
      const beganAtMs = nowMs();
      const heard = await ask();
      const endedAtMs = nowMs();
      for (const [at, wish] of wishes.entries()) {
        if (Array.isArray(heard)) calls.push({ client, wish, beganAtMs, answer: heard[at] as Answer, endedAtMs });
        else if (heard === 'UNKNOWN' && wish.type !== 'Read')
          calls.push({ client, wish, beganAtMs, answer: null, endedAtMs: null });
      }
      return heard;
    },
    /** Something begins that ends unseen; the function it returns notes that it has ended by now. */
    setGoing(client: string, wish: Wish): () => void {
      const at = calls.push({ client, wish, beganAtMs: nowMs(), answer: null, endedAtMs: null }) - 1;
      return () => {
        const { beganAtMs } = calls[at]!;
        calls[at] = { client, wish, beganAtMs, answer: { type: 'Done' }, endedAtMs: nowMs() };
      };
    },
  };
}
