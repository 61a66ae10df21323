/** The command line and the report of every service's `recover` program, which finds what Kafka has and a restored database lacks. */

import { parseArgs } from 'node:util';
import type pg from 'pg';
import { databaseSettings, kafkaSettings, loadConfig } from './config.ts';
import { kafkaAccess, type KafkaAccess } from './kafka-access.ts';
import { createLogger, type Logger } from './logger.ts';
import { createPool } from './pool.ts';
import { Type } from './schemas.ts';

export const recoverSettings = { DATABASE_URL: databaseSettings.DATABASE_URL, ...kafkaSettings };

/** The parts that a `recover` program works with. `kafka` are options of createKafka. */
export type RecoverParts = {
  pool: pg.Pool;
  kafka: { clientId: string; logger: Logger } & KafkaAccess;
  registryUrl: string;
};

export type RecoverOptions = {
  /** The point in time to which the database was restored, or earlier. */
  moment: Date;
  /** Kafka is read from this time on, some minutes before `moment`. */
  since: Date;
  /** False: report only. */
  fix: boolean;
};

/** One discrepancy: an order, an item or a group of messages that is missing or incomplete in the database. */
export type Recovered = {
  kind: string;
  /** Of the order or the item; undefined for a group. */
  id?: string;
  found: string;
  expected: string;
  /** What `--fix` does, or what a person has to do. */
  remedy: string;
  fixed: boolean;
};

type Result = { read: number; discrepancies: Recovered[] };
/** The output of `--json`. It keeps its first name `findings` for the discrepancies. */
export type RecoverReport = {
  read: number;
  findings: Recovered[];
  service: string;
  since: string;
  fix: boolean;
  counts: { found: number; fixed: number; left: number };
};

/** Messages are published after their commit, clocks differ, and a consumer may have been behind. */
const marginMs = 10 * 60_000;

const usage = `recover --since <time> [--fix] [--json]

Finds what Kafka has and this service's database lacks, after the database was restored to an earlier point in time. With --fix it writes
what is missing. Run it before the service starts again. A second run finds nothing.

  --since <time>  the time to which the database was restored, or earlier, such as 2026-01-31T12:00:00Z
  --fix           write what is missing; without it nothing is written
  --json          print one JSON document

The exit code is 0 when nothing is left to do, and 1 otherwise.`;

/** Runs `work` and ends the process. */
export async function recoverProgram(
  service: string,
  work: (parts: RecoverParts, options: RecoverOptions) => Promise<Result>,
): Promise<never> {
  try {
    const { json, ...options } = parseOptions(process.argv.slice(2));
    const { read, discrepancies } = await work(createParts(service), options);
    const fixed = discrepancies.filter((discrepancy) => discrepancy.fixed).length;
    const report: RecoverReport = {
      service,
      since: options.moment.toISOString(),
      fix: options.fix,
      read,
      findings: discrepancies,
      counts: { found: discrepancies.length, fixed, left: discrepancies.length - fixed },
    };
    await print(json ? JSON.stringify(report, null, 2) : textOf(report));
    return process.exit(report.counts.left > 0 ? 1 : 0);
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    process.stderr.write(`${service} recover: ${message}\n`);
    return process.exit(code === invalidUsage ? 64 : 1);
  }
}

function createParts(service: string): RecoverParts {
  const settings = loadConfig(Type.Object(recoverSettings));
  const name = `${service} recover`;
  return {
    pool: createPool({ name, databaseUrl: settings.DATABASE_URL, max: 2, byIndex: true, statementMs: 60_000 }),
    kafka: {
      clientId: `oms-${service}-recover`,
      ...kafkaAccess(settings),
      logger: createLogger({ name, level: 'silent' }),
    },
    registryUrl: settings.REGISTRY_URL,
  };
}

const invalidUsage = 'INVALID_USAGE';

function parseOptions(args: string[]): RecoverOptions & { json: boolean } {
  const options = { since: { type: 'string' }, fix: { type: 'boolean' }, json: { type: 'boolean' } } as const;
  const refuse = (why: string): never => {
    throw Object.assign(new Error(`${why}\n\n${usage}`), { code: invalidUsage });
  };
  // In an image the first argument is the name of the program.
  const given = args[0] === 'recover' ? args.slice(1) : args;
  const { values } = (() => {
    try {
      return parseArgs({ args: given, options });
    } catch (error) {
      return refuse((error as Error).message);
    }
  })();
  if (values.since === undefined) return refuse('The option --since is missing.');
  const moment = new Date(values.since);
  // A time without a zone would differ between machines.
  if (Number.isNaN(moment.getTime()) || !/(Z|[+-]\d\d:\d\d)$/.test(values.since)) {
    return refuse(`--since must be a time with a zone, such as 2026-01-31T12:00:00Z; "${values.since}" is not.`);
  }
  if (moment.getTime() > Date.now()) return refuse(`--since must not be in the future; "${values.since}" is.`);
  const since = new Date(moment.getTime() - marginMs);
  return { moment, since, fix: values.fix === true, json: values.json === true };
}

function textOf({ service, fix, read, findings, counts }: RecoverReport): string {
  const lines = findings.map(({ kind, id, found, expected, remedy, fixed }) => {
    const state = fixed ? 'recovered' : fix ? 'LEFT     ' : 'found    ';
    return `${state}  ${kind}${id === undefined ? '' : `  ${id}`}: ${found}; ${expected}. ${fixed ? 'Done' : fix ? 'To do' : 'With --fix'}: ${remedy}`;
  });
  const summary = `${counts.found} found, ${counts.fixed} recovered, ${counts.left} left`;
  const end = counts.found === 0 ? `${service} has all that Kafka has` : `${service}: ${summary}`;
  return [...lines, `${end}; ${read} messages read.`].join('\n');
}

/** Resolves when the text is written: what is still buffered for a pipe is lost when the process exits. */
function print(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${text}\n`, () => resolve()));
}

/** The result of a consumer's replay, as discrepancies. */
export function replayDiscrepancies(
  kind: string,
  { missed, buffered, failed }: { missed: number; buffered: number; failed: number },
  fix: boolean,
  remedy: string,
): Recovered[] {
  const of = (count: number, found: string, expected: string, todo: string, fixed: boolean) =>
    count > 0 ? [{ kind, found: `${count} ${found}`, expected, remedy: todo, fixed }] : [];
  return [
    ...of(missed, 'messages were not applied', 'Kafka has them', remedy, fix),
    ...of(
      buffered,
      'messages wait for an earlier one',
      'it was not in the messages read',
      'use an earlier --since',
      false,
    ),
    ...of(failed, 'messages failed', 'they can be decoded', 'see `oms dlq list`', false),
  ];
}
