// Shows the progress of slow steps: a live list on a terminal, plain lines in CI and in a pipe.

import { Listr } from 'listr2';

export type Say = (note: string) => void;
export type StepTime = { title: string; ms: number };

/** Steps may run at the same time. A step's failure is its caller's, unchanged. */
export type Progress = { step<T>(title: string, work: (say: Say) => Promise<T>): Promise<T> };

export type ShownProgress = Progress & {
  /** The steps that have ended, in the order they ended in. */
  times(): StepTime[];
  /** Ends the list on the terminal; to be called before anything else is printed. */
  close(): Promise<void>;
};

export const silentProgress: Progress = { step: (_, work) => work(() => undefined) };

/** `planned` are the titles of the steps to come, in the order to show them; others are allowed. */
export function createProgress(planned: readonly string[]): ShownProgress {
  const show = process.stdout.isTTY && !process.env['CI'] ? liveList(planned) : plainLines();
  const times: StepTime[] = [];
  return {
    async step(title, work) {
      const startedAt = performance.now();
      const took = () => performance.now() - startedAt;
      show.note(title, '');
      try {
        const result = await work((note) => show.note(title, note));
        times.push({ title, ms: took() });
        show.ended(title, took());
        return result;
      } catch (error) {
        show.failed(title, took());
        throw error;
      }
    },
    times: () => times,
    close: () => show.close(),
  };
}

/** "0.8 s", "1 min 12 s" */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

type Show = {
  note(title: string, note: string): void;
  ended(title: string, ms: number): void;
  failed(title: string, ms: number): void;
  close(): Promise<void>;
};

const noteEveryMs = 3_000;
const worthALineMs = 50;

function plainLines(): Show {
  const lastNoteAt = new Map<string, number>();
  return {
    note(title, note) {
      const now = performance.now();
      if (note === '' || now - (lastNoteAt.get(title) ?? -noteEveryMs) < noteEveryMs) return;
      lastNoteAt.set(title, now);
      console.log(`  ${title}: ${note} ...`);
    },
    ended: (title, ms) => void (ms >= worthALineMs && console.log(`  ${title}: done in ${duration(ms)}`)),
    failed: (title, ms) => console.log(`  ${title}: failed after ${duration(ms)}`),
    close: () => Promise.resolve(),
  };
}

/** listr2 wants its tasks before it runs: each waits for its step, and those whose step never came are left out at the end. */
function liveList(planned: readonly string[]): Show {
  const tasks = new Map(planned.map((title) => [title, createTask(title)]));
  const list = new Listr(
    [...tasks.values()].map((step) => ({ title: step.title, task: (_, shown) => step.run(shown) })),
    {
      concurrent: true,
      exitOnError: false,
      // The code that started the processes handles Ctrl-C.
      registerSignalListeners: false,
      rendererOptions: { showErrorMessage: false, formatOutput: 'truncate' },
    },
  );
  const ran = list.run().catch(() => undefined);
  return {
    note: (title, note) => tasks.get(title)?.note(note),
    ended: (title, ms) => tasks.get(title)?.end(`${title} ${duration(ms)}`),
    failed: (title, ms) => tasks.get(title)?.fail(`${title} failed after ${duration(ms)}`),
    async close() {
      for (const task of tasks.values()) task.skip();
      await ran;
    },
  };
}

type Shown = { title: string; output: string; skip(message?: string): void };

function createTask(title: string) {
  let shown: Shown | undefined;
  let note = '';
  let [ended, skipped] = [false, false];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const show = (change: (task: Shown) => void) => void (shown && change(shown));
  return {
    title,
    async run(task: Shown): Promise<void> {
      shown = task;
      task.output = note;
      if (skipped) return task.skip();
      await promise;
    },
    note(text: string) {
      note = text;
      show((task) => (task.output = text));
    },
    end(as: string) {
      ended = true;
      show((task) => (task.title = as));
      resolve();
    },
    fail(as: string) {
      ended = true;
      show((task) => (task.title = as));
      reject(new Error(as));
    },
    /** For a step that never came; one that has ended stays as it is. */
    skip() {
      if (ended) return;
      skipped = true;
      show((task) => task.skip());
      resolve();
    },
  };
}
