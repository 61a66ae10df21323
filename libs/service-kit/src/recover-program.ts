/** How every service's `recover` program is asked, and how it answers: what Kafka has and a restored database has not. */

import { parseArgs } from 'node:util';
import type pg from 'pg';
import { databaseSettings, kafkaSettings, loadConfig } from './config.ts';
import { kafkaAccess, type KafkaAccess } from './kafka-access.ts';
import { createLogger, type Logger } from './logger.ts';
import { createPool } from './pool.ts';
import { Type } from './schemas.ts';

export const recoverSettings = { DATABASE_URL: databaseSettings.DATABASE_URL, ...kafkaSettings };

/** What every one of them works with: its settings, opened. `kafka` is for createKafka. */
export type RecoverParts = {
  pool: pg.Pool;
  kafka: { clientId: string; logger: Logger } & KafkaAccess;
  registryUrl: string;
};

export type RecoverWish = {
  /** To which the database was restored, or earlier. */
  moment: Date;
  /** From where on Kafka is read, some minutes before that. */
  since: Date;
  /** False only looks. */
  fix: boolean;
};

/** One order, item or group of messages that the database lacks something of. */
export type Recovered = {
  kind: string;
  /** Of the order or the item; left out where it is about many. */
  id?: string;
  found: string;
  expected: string;
  /** What `--fix` does, or what a person has to do. */
  remedy: string;
  fixed: boolean;
};

type Answer = { read: number; findings: Recovered[] };
/** What `--json` prints. */
export type RecoverReport = Answer & {
  service: string;
  since: string;
  fix: boolean;
  counts: { found: number; fixed: number; left: number };
};

/** Messages leave after their commit, clocks differ, and a reader may have been a little behind. */
const marginMs = 10 * 60_000;

const usage = `recover --since <time> [--fix] [--json]

Finds what Kafka has and this service's database has not, after the database was restored to an earlier moment; with --fix writes it down.
Run it before the service serves again. Run twice, the second time finds nothing.

  --since <time>  the moment that the database was restored to, or earlier, as in 2026-01-31T12:00:00Z
  --fix           write it down; without it nothing is written
  --json          one JSON document

Exits with 0 when nothing is left to do, with 1 when something is.`;

/** Ends the process. */
export async function recoverProgram(
  service: string,
  work: (parts: RecoverParts, wish: RecoverWish) => Promise<Answer>,
): Promise<never> {
  try {
    const wish = wishOf(process.argv.slice(2));
    const { read, findings } = await work(partsOf(service), wish);
    const fixed = findings.filter((finding) => finding.fixed).length;
    const report: RecoverReport = {
      ...{ service, since: wish.moment.toISOString(), fix: wish.fix, read, findings },
      counts: { found: findings.length, fixed, left: findings.length - fixed },
    };
    await say(wish.json ? JSON.stringify(report, null, 2) : textOf(report));
    return process.exit(report.counts.left > 0 ? 1 : 0);
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    process.stderr.write(`${service} recover: ${message}\n`);
    return process.exit(code === wrongUse ? 64 : 1);
  }
}

function partsOf(service: string): RecoverParts {
  const settings = loadConfig(Type.Object(recoverSettings));
  const name = `${service} recover`;
  return {
    pool: createPool({ name, databaseUrl: settings.DATABASE_URL, max: 2, byIndex: true }),
    kafka: {
      clientId: `oms-${service}-recover`,
      ...kafkaAccess(settings),
      logger: createLogger({ name, level: 'silent' }),
    },
    registryUrl: settings.REGISTRY_URL,
  };
}

const wrongUse = 'WRONG_USE';

function wishOf(args: string[]): RecoverWish & { json: boolean } {
  const options = { since: { type: 'string' }, fix: { type: 'boolean' }, json: { type: 'boolean' } } as const;
  const refuse = (why: string): never => {
    throw Object.assign(new Error(`${why}\n\n${usage}`), { code: wrongUse });
  };
  // In an image its own name comes first.
  const given = args[0] === 'recover' ? args.slice(1) : args;
  const { values } = (() => {
    try {
      return parseArgs({ args: given, options });
    } catch (error) {
      return refuse((error as Error).message);
    }
  })();
  if (values.since === undefined) return refuse('Say since when: --since is missing.');
  const moment = new Date(values.since);
  // A moment without a zone would be another one on another machine.
  if (Number.isNaN(moment.getTime()) || !/(Z|[+-]\d\d:\d\d)$/.test(values.since)) {
    return refuse(`--since must be a moment with its zone, such as 2026-01-31T12:00:00Z; "${values.since}" is not.`);
  }
  if (moment.getTime() > Date.now()) return refuse(`--since must not lie in the future, and "${values.since}" does.`);
  const since = new Date(moment.getTime() - marginMs);
  return { moment, since, fix: values.fix === true, json: values.json === true };
}

function textOf({ service, fix, read, findings, counts }: RecoverReport): string {
  const told = findings.map(({ kind, id, found, expected, remedy, fixed }) => {
    const state = fixed ? 'recovered' : fix ? 'LEFT     ' : 'found    ';
    return `${state}  ${kind}${id === undefined ? '' : `  ${id}`}: ${found}; ${expected}. ${fixed ? 'Done' : fix ? 'To do' : 'With --fix'}: ${remedy}`;
  });
  const sum = `${counts.found} found, ${counts.fixed} recovered, ${counts.left} left`;
  const end = counts.found === 0 ? `${service} has all that Kafka has` : `${service}: ${sum}`;
  return [...told, `${end}; ${read} messages read.`].join('\n');
}

/** Resolves when it is said: what a pipe has not taken yet is lost when the process exits. */
function say(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${text}\n`, () => resolve()));
}

/** What a reader's database had not heard, as findings. */
export function replayFindings(
  kind: string,
  heard: { missed: number; buffered: number; failed: number },
  fix: boolean,
  remedy: string,
): Recovered[] {
  const of = (count: number, found: string, expected: string, todo: string, fixed: boolean) =>
    count > 0 ? [{ kind, found: `${count} ${found}`, expected, remedy: todo, fixed }] : [];
  return [
    ...of(heard.missed, 'messages were not heard', 'Kafka has them', remedy, fix),
    ...of(heard.buffered, 'wait for an earlier one', 'it was not in what was read', 'give an earlier --since', false),
    ...of(heard.failed, 'could not be applied', 'they are readable', 'see `oms dlq list`', false),
  ];
}
