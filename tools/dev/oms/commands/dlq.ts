// `oms dlq list|show|redrive|stopped|skip`: the dead letters and the stopped partitions of all services, through the gateway and with an admin's token.
import { Command, Option } from 'commander';
import { count } from '../../command/numbers.ts';
import { planOf, services as allServices, type Service } from '../../stack/services.ts';
import { adminOf, withApiOptions, type ApiOptions } from '../admin-api.ts';
import { skipCommand, stoppedCommand } from './stopped-partitions.ts';
import { tableOf } from '../table.ts';

const services = allServices.filter((service) => planOf(service).deadLetters !== undefined);
const pathOf = (service: Service) => planOf(service).deadLetters ?? '';

type Filters = {
  service?: Service;
  topic?: string;
  reason?: string;
  eventType?: string;
  aggregate?: string;
  from?: string;
  to?: string;
  redriven?: string;
};
type Shared = Filters & ApiOptions & { json?: boolean; limit: number };
type DeadLetter = {
  id: string;
  reason: string;
  error: string;
  eventType: string | null;
  aggregateId: string | null;
  aggregateVersion: number | null;
  at: string;
  redriven: { by: string; sent: boolean } | null;
};
type Report = {
  byReason: Record<string, number>;
  ids: string[];
  refused: { alreadyRedriven: number; tooOften: number; withoutContent: number };
  more: boolean;
};

const examples = `
Examples:
  npm run oms -- dlq list --redriven no
  npm run oms -- dlq show inventory/order-events-0-17
  npm run oms -- dlq redrive --service inventory --reason APPLY_FAILED --dry-run
  npm run oms -- dlq stopped
  npm run oms -- dlq skip inventory/order-events-0-17`;

export function dlqCommand(): Command {
  return new Command('dlq')
    .description('The dead letters: messages that a service could not apply. Lists, shows and redrives them.')
    .addHelpText('after', examples)
    .addCommand(withFilters(new Command('list').description('Lists dead letters.'), 50).action(list))
    .addCommand(
      withApiOptions(new Command('show').description('Shows one dead letter with all its headers and its content.'))
        .argument('<id>', 'as in the list: <service>/<topic>-<partition>-<offset>')
        .action(show),
    )
    .addCommand(stoppedCommand())
    .addCommand(skipCommand())
    .addCommand(
      withFilters(
        new Command('redrive').description('Redrives dead letters: puts them back on the topics they came from.'),
        100,
      )
        .argument('[id]', 'only this one, as in the list')
        .option('--all', 'all of them: needed when neither an id nor a filter is given')
        .option('--dry-run', 'only print how many it would be, by reason')
        .option('--force', 'also those that were redriven before, or came back too often')
        .action(redrive),
    );
}

async function list(options: Shared): Promise<void> {
  const query = new URLSearchParams({ limit: String(Math.min(options.limit, 200)), ...queryOf(options) });
  const admin = await adminOf(options);
  const found: (DeadLetter & { service: Service })[] = [];
  for (const service of servicesOf(options)) {
    for (let cursor: string | null = ''; cursor !== null && found.length < options.limit;) {
      const page = `${query.toString()}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
      const body = await admin('GET', `${pathOf(service)}?${page}`);
      const { data, nextCursor } = body as { data: DeadLetter[]; nextCursor: string | null };
      found.push(...data.map((letter) => ({ ...letter, service, id: `${service}/${letter.id}` })));
      cursor = nextCursor;
    }
  }
  const deadLetters = found.slice(0, options.limit);
  if (options.json) return console.log(JSON.stringify(deadLetters, null, 2));
  if (deadLetters.length === 0) return console.log('There are no such dead letters.');
  console.log(tableOf(deadLetters.map(rowOf)));
}

async function show(id: string, options: Shared): Promise<void> {
  const { service, letter } = placeIn(id);
  const body = await (await adminOf(options))('GET', `${pathOf(service)}/${encodeURIComponent(letter)}`);
  console.log(JSON.stringify({ service, ...(body as object) }, null, 2));
}

async function redrive(id: string | undefined, options: Shared & { all?: boolean; dryRun?: boolean; force?: boolean }) {
  const filters = filtersOf(options);
  const one = id === undefined ? undefined : placeIn(id);
  if (!one && !options.all && !options.service && Object.keys(filters).length === 0) {
    throw new Error('Give an id or a filter, or --all for all dead letters. --dry-run prints what it would redrive.');
  }
  const admin = await adminOf(options);
  const reports: (Report & { service: Service })[] = [];
  for (const service of one ? [one.service] : servicesOf(options)) {
    const body = {
      ...filters,
      ...(one && { id: one.letter }),
      limit: Math.min(options.limit, 1_000),
      dryRun: options.dryRun === true,
      force: options.force === true,
    };
    reports.push({ service, ...((await admin('POST', `${pathOf(service)}/redrive`, body)) as Report) });
  }
  if (options.json) return console.log(JSON.stringify(reports, null, 2));
  for (const report of reports) console.log(sentenceOf(report, options.dryRun === true));
}

function sentenceOf({ service, ids, byReason, refused, more }: Report & { service: Service }, dryRun: boolean): string {
  const reasons = Object.entries(byReason).map(([reason, count]) => `${count} ${reason}`);
  const what = `${ids.length} ${dryRun ? 'would be put back' : 'put back'}${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`;
  const left = [
    ...(refused.alreadyRedriven > 0 ? [`${refused.alreadyRedriven} were put back already`] : []),
    ...(refused.tooOften > 0 ? [`${refused.tooOften} came back too often`] : []),
  ];
  const notes = [
    ...(left.length > 0 ? [`${left.join(' and ')}: --force`] : []),
    ...(refused.withoutContent > 0
      ? [`${refused.withoutContent} have no content: they only say where their message lies`]
      : []),
    ...(more ? ['there may be more'] : []),
  ];
  return [`${service}: ${what}`, ...notes].join('; ');
}

function rowOf({ id, reason, eventType, aggregateId, aggregateVersion, at, redriven, error }: DeadLetter) {
  const back = redriven ? `${redriven.sent ? '' : 'perhaps, '}by ${redriven.by}` : 'no';
  return {
    id,
    reason,
    event: eventType ?? '?',
    aggregate: aggregateId ?? '?',
    version: String(aggregateVersion ?? '?'),
    at,
    redriven: back,
    error,
  };
}

function withFilters(command: Command, limit: number): Command {
  return withApiOptions(command)
    .addOption(new Option('--service <name>', 'of which service; all services unless given').choices(services))
    .option('--topic <topic>', 'of which topic')
    .option('--reason <reason>', 'such as APPLY_FAILED, VERSION_GAP, BAD_MAGIC')
    .option('--event-type <type>', 'such as ORDER_PLACED')
    .option('--aggregate <uuid>', 'of which order or item')
    .option('--from <time>', 'dead letters since this time, such as 2026-01-31T12:00:00Z')
    .option('--to <time>', 'dead letters before this time')
    .addOption(new Option('--redriven <yes|no>', 'redriven before, or not').choices(['yes', 'no']))
    .option('--limit <n>', 'how many at most', count, limit)
    .option('--json', 'print one JSON document instead of a table');
}

function servicesOf({ service }: Filters): readonly Service[] {
  return service ? [service] : services;
}

function filtersOf({ topic, reason, eventType, aggregate, from, to, redriven }: Filters) {
  const given = {
    topic,
    reason,
    eventType,
    aggregateId: aggregate,
    from,
    to,
    redriven: redriven && redriven === 'yes',
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function queryOf(options: Filters): Record<string, string> {
  return Object.fromEntries(Object.entries(filtersOf(options)).map(([name, value]) => [name, String(value)]));
}

function placeIn(id: string): { service: Service; letter: string } {
  const [service = '', letter = ''] = id.split('/');
  if (services.includes(service as Service) && letter !== '') return { service: service as Service, letter };
  throw new Error(`"${id}" is no id of a dead letter: it looks like inventory/order-events-0-17, as in the list.`);
}
