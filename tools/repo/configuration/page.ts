// docs/configuration.md: every variable, what it may be, and who reads it.

import { defaultCommandDeadlineMs } from '@oms/group-commit';
import { databaseDeadlines } from '@oms/service-kit';
import { parts } from './elsewhere.ts';
import type { Reader, Setting } from './settings.ts';
import { markdownTable } from './table.ts';

type Row = Setting & { readBy: string[] };

export function renderPage(readers: readonly Reader[]): string {
  return `# Configuration

Made by \`npm run generate\` from the schemas in \`apps/<service>/src/config.ts\` and \`libs/service-kit/src/config.ts\`, which each process checks its environment against
before it does anything: what is missing or wrong is named, all of it at once, and the process ends. A variable that is empty counts as not set. On Kubernetes
they are values of the chart, or go into its \`config\` and \`secrets\` ([k8s/README.md](../k8s/README.md)).

## Services and their programs

\`migrate\`, \`register\` and, after a restore, \`recover\` are the programs that an image runs before its service ([operations.md](operations.md)). Notification's \`recover\` also reads which channels have an address.

${markdownTable(
  ['variable', 'may be', 'unless set', 'what', 'read by'],
  rowsOf(readers).map((row) => [
    `\`${row.name}\``,
    row.value,
    row.isRequired ? '**needed**' : row.fallback === null ? '' : `\`${row.fallback}\``,
    `${row.about}${row.needs.length > 0 ? `; with ${row.needs.map((name) => `\`${name}\``).join(' and ')}` : ''}`,
    row.readBy.join(', '),
  ]),
)}

## Deadlines

They are not settings: each is below the next one that waits for it, and below the gateway's \`UPSTREAM_TIMEOUT_MS\`. A caller is answered in time also when PostgreSQL
does not answer at all, as behind a network that swallows packets.

${markdownTable(
  ['deadline', 'of', 'what happens then'],
  [
    [
      seconds(databaseDeadlines.connectMs),
      'a connection to PostgreSQL: to open one, or to get one from the pool',
      '503',
    ],
    [
      seconds(databaseDeadlines.statementMs),
      'a statement, counted by PostgreSQL (60 s for `recover`)',
      'it is cancelled; 503',
    ],
    [
      seconds(databaseDeadlines.silenceMs),
      'a statement, counted by the service (61 s for `recover`)',
      'PostgreSQL is silent: the connection is destroyed; 503. A COMMIT whose answer is lost is looked up',
    ],
    [
      seconds(databaseDeadlines.idleInTransactionMs),
      'a transaction that waits for its next statement, counted by PostgreSQL',
      'it is rolled back, and its locks are released',
    ],
    [
      seconds(defaultCommandDeadlineMs),
      'a command, from its arrival to its answer',
      'not begun: dropped, 503. Begun: 503, and the same request may be sent again',
    ],
  ],
)}
${parts
  .map(
    ({ title, about, variables }) => `
## ${title}

${about}

${markdownTable(
  ['variable', 'what', 'unless set'],
  variables.map(([name, what, fallback]) => [`\`${name}\``, what, fallback ? `\`${fallback}\`` : '']),
)}
`,
  )
  .join('')}`;
}

function seconds(ms: number): string {
  return `${ms / 1_000} s`;
}

/** One row for a variable that all its readers know by the same words; those that are of one reader alone come last. */
function rowsOf(readers: readonly Reader[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { name: reader, settings } of readers) {
    for (const setting of settings) {
      const key = JSON.stringify(setting);
      const row = rows.get(key);
      if (row) row.readBy.push(reader);
      else rows.set(key, { ...setting, readBy: [reader] });
    }
  }
  const all = [...rows.values()];
  const isShared = ({ name }: Row) => all.filter((row) => row.name === name).flatMap(({ readBy }) => readBy).length > 1;
  return [...all.filter(isShared).toSorted(byFirstOfName), ...all.filter((row) => !isShared(row))];

  function byFirstOfName(a: Row, b: Row): number {
    return all.findIndex(({ name }) => name === a.name) - all.findIndex(({ name }) => name === b.name);
  }
}
