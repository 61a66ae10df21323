// Calls over the network, as HTTP carries them: to a living replica, with JSON both ways, and lost on either way.

import { kitProblems, Refusal, UnreachableError, type HttpClient } from '@oms/service-kit';
import { problems as inventoryProblems } from '../../../../apps/inventory/src/http/problems.ts';
import { problems as orderProblems } from '../../../../apps/order/src/http/problems.ts';
import type { Process } from '../world/process.ts';
import { happens, type World } from '../world/world.ts';

/** What a service answers; a thrown Refusal is a problem document. */
export type Handler = (path: string, body: unknown) => Promise<unknown>;
export type Replica = { process: Process; handler: Handler };
export type Answer = { status: number; body: unknown };

export type RequestOptions = {
  /** Null for a client outside. */
  from: Process | null;
  to: () => readonly Replica[];
  path: string;
  body: unknown;
  timeoutMs?: number;
  /** The request cannot be carried out; any other that is answered with an internal error is a violation. */
  isPoison?: boolean;
};

const callTimeoutMs = 3_000;
const problems: Readonly<Record<string, { status: number }>> = {
  ...kitProblems,
  ...orderProblems,
  ...inventoryProblems,
};

/** Resolves with the answer, or with null when there is none in time. */
export function request(
  world: World,
  { from, to, path, body, timeoutMs = callTimeoutMs, isPoison = false }: RequestOptions,
): Promise<Answer | null> {
  const { scheduler, random } = world;
  const { promise, resolve } = Promise.withResolvers<Answer | null>();
  scheduler.after(timeoutMs, from, () => resolve(null));
  if (happens(world, from ? 'call: request lost' : 'client: request lost')) return promise;
  const sent = JSON.stringify(body);
  scheduler.after(hopMs(), null, () => {
    const living = to().filter(({ process }) => process.alive);
    if (living.length === 0) return noAnswer();
    const { process, handler } = random.pick(living);
    // A broken connection is noticed; a lost answer is not.
    process.onDeath.add(noAnswer);
    scheduler.after(0, process, () => {
      void answerOf(handler, path, JSON.parse(sent)).then(({ error, ...answer }) => {
        process.onDeath.delete(noAnswer);
        if (answer.status === 500 && process.alive && !isPoison && !isTimeout(error))
          world.violate(8, `${process.name} answered ${path} with an internal error: ${describe(error)}`);
        if (!process.alive || happens(world, from ? 'call: reply lost' : 'client: reply lost')) return;
        const received = JSON.parse(JSON.stringify(answer)) as Answer;
        scheduler.after(hopMs(), from, () => resolve(received));
      });
    });
  });
  return promise;

  function noAnswer(): void {
    scheduler.after(hopMs(), from, () => resolve(null));
  }

  function hopMs(): number {
    return happens(world, 'call: slow') ? random.uniform(50, 8_000) : random.uniform(0.2, 3);
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

async function answerOf(handler: Handler, path: string, body: unknown): Promise<Answer & { error?: unknown }> {
  try {
    return { status: 200, body: await handler(path, body) };
  } catch (error) {
    // A full or closed queue refuses before anything was tried.
    if ((error as { notTried?: boolean }).notTried)
      return { status: 503, body: { code: 'TOO_BUSY', detail: String(error) } };
    const problem = error instanceof Refusal ? problems[error.code] : undefined;
    if (!(error instanceof Refusal) || !problem)
      return { status: 500, body: { code: 'INTERNAL', detail: String(error) }, error };
    const { code, message: detail, extras } = error;
    return { status: problem.status, body: { ...extras, code, detail } };
  }
}

/** Somebody stood still for longer than a statement or a transaction may: the caller is gone by then. */
function isTimeout(error: unknown): boolean {
  return ['25P03', '57014'].includes((error as { code?: string }).code ?? '');
}

function describe(error: unknown): string {
  const { code, stack } = error as { code?: string; stack?: string };
  return `${code === undefined ? '' : `${code} `}${stack ?? String(error)}`;
}
