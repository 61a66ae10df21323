// Calls over the network, as HTTP carries them: to some replica that lives, with JSON both ways, and lost on either way.

import { Refusal, UnreachableError, type HttpClient } from '@oms/service-kit';
import type { Process } from '../world/process.ts';
import { strikes, type World } from '../world/world.ts';

/** What a service answers; a thrown Refusal is a problem document. */
export type Door = (path: string, body: unknown) => Promise<unknown>;
export type Replica = { process: Process; door: Door };
export type Answer = { status: number; body: unknown };

const timeoutMs = 3_000;
/** What the services answer with 503. */
const unavailable = new Set([
  'STOCK_UNAVAILABLE',
  'ORDERS_UNAVAILABLE',
  'STARTING',
  'TOO_BUSY',
  'INVENTORY_UNAVAILABLE',
]);

/** Resolves with the answer, or with null when there is none in time. `from` is null for a customer. */
export function request(
  world: World,
  o: { from: Process | null; to: () => readonly Replica[]; path: string; body: unknown; timeoutMs?: number },
): Promise<Answer | null> {
  const { scheduler, random } = world;
  const kinds =
    o.from === null
      ? (['client: request lost', 'client: reply lost'] as const)
      : (['call: request lost', 'call: reply lost'] as const);
  return new Promise((resolve) => {
    let open = true;
    const settle = (answer: Answer | null) => {
      if (open) resolve(answer);
      open = false;
    };
    scheduler.after(o.timeoutMs ?? timeoutMs, o.from, () => settle(null));
    if (strikes(world, kinds[0])) return;
    const sent = JSON.stringify(o.body);
    scheduler.after(hopMs(), null, () => {
      const living = o.to().filter(({ process }) => process.alive);
      if (living.length === 0) return void scheduler.after(hopMs(), o.from, () => settle(null));
      const { process, door } = random.pick(living);
      // A broken connection is noticed; a lost answer is not.
      const gone = () => void scheduler.after(hopMs(), o.from, () => settle(null));
      process.onDeath.add(gone);
      scheduler.after(0, process, () => {
        void answerOf(door, o.path, JSON.parse(sent)).then((answer) => {
          process.onDeath.delete(gone);
          if (!process.alive || strikes(world, kinds[1])) return;
          const back = JSON.parse(JSON.stringify(answer)) as Answer;
          scheduler.after(hopMs(), o.from, () => settle(back));
        });
      });
    });
  });

  function hopMs(): number {
    return strikes(world, 'call: slow') ? random.uniform(50, 5_000) : random.uniform(0.2, 3);
  }
}

export function createHttpClient(world: World, from: Process, name: string, to: () => readonly Replica[]): HttpClient {
  return {
    async post<T>(path: string, body: unknown): Promise<T> {
      if (!from.alive) return new Promise(() => {});
      const answer = await request(world, { from, to, path, body });
      if (answer === null) throw new UnreachableError(name, 'no answer');
      if (answer.status < 300) return answer.body as T;
      if (answer.status >= 500) throw new UnreachableError(name, `it answered ${answer.status}`);
      const { code, detail, ...extras } = answer.body as { code: string; detail: string };
      throw new Refusal(code, detail, extras);
    },
    close: () => Promise.resolve(),
  };
}

async function answerOf(door: Door, path: string, body: unknown): Promise<Answer> {
  try {
    return { status: 200, body: await door(path, body) };
  } catch (error) {
    // A full or closed queue says so: nothing was tried.
    if ((error as { notTried?: boolean }).notTried)
      return { status: 503, body: { code: 'TOO_BUSY', detail: String(error) } };
    if (!(error instanceof Refusal)) return { status: 500, body: { code: 'INTERNAL', detail: String(error) } };
    const { code, message: detail, extras } = error;
    return { status: unavailable.has(code) ? 503 : 409, body: { ...extras, code, detail } };
  }
}
