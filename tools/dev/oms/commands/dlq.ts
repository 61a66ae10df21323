// `oms dlq list|show|redrive`: the messages that services could not apply, over their own doors and with an admin's token.
import { Command, Option } from 'commander';
import { count } from '../../command/numbers.ts';
import { planOf, services as allServices, type Service } from '../../stack/services.ts';
import { adminOf, withDoor, type Door } from '../admin-door.ts';
import { tableOf } from '../table.ts';

const services = allServices.filter((service) => planOf(service).deadLetters !== undefined);
const doorOf = (service: Service) => planOf(service).deadLetters ?? '';

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
type Shared = Filters & Door & { json?: boolean; limit: number };
type Letter = {
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
  refused: { alreadyRedriven: number; tooOften: number };
  more: boolean;
};

const examples = `
Examples:
  npm run oms -- dlq list --redriven no
  npm run oms -- dlq show inventory/order-events-0-17
  npm run oms -- dlq redrive --service inventory --reason APPLY_FAILED --dry-run`;

export function dlqCommand(): Command {
  return new Command('dlq')
    .description('The dead letters: messages that a service could not apply. Looks at them and puts them back.')
    .addHelpText('after', examples)
    .addCommand(withFilters(new Command('list').description('Lists dead letters.'), 50).action(list))
    .addCommand(
      withDoor(new Command('show').description('Shows one with all its headers and what it says.'))
        .argument('<id>', 'as the list has it: <service>/<topic>-<partition>-<offset>')
        .action(show),
    )
    .addCommand(
      withFilters(new Command('redrive').description('Puts dead letters back on the topics they came from.'), 100)
        .argument('[id]', 'this one only, as the list has it')
        .option('--all', 'all of them: needed when neither an id nor a filter is given')
        .option('--dry-run', 'tell how many of which reason it would be, and do nothing')
        .option('--force', 'also those that were put back already, or too often')
        .action(redrive),
    );
}

async function list(o: Shared): Promise<void> {
  const query = new URLSearchParams({ limit: String(Math.min(o.limit, 200)), ...queryOf(o) });
  const admin = await adminOf(o);
  const found: (Letter & { service: Service })[] = [];
  for (const service of servicesOf(o)) {
    for (let cursor: string | null = ''; cursor !== null && found.length < o.limit;) {
      const page = `${query.toString()}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
      const body = await admin('GET', `${doorOf(service)}?${page}`);
      const { data, nextCursor } = body as { data: Letter[]; nextCursor: string | null };
      found.push(...data.map((letter) => ({ ...letter, service, id: `${service}/${letter.id}` })));
      cursor = nextCursor;
    }
  }
  const letters = found.slice(0, o.limit);
  if (o.json) return console.log(JSON.stringify(letters, null, 2));
  if (letters.length === 0) return console.log('There are no such dead letters.');
  console.log(tableOf(letters.map(rowOf)));
}

async function show(id: string, o: Shared): Promise<void> {
  const { service, letter } = placeIn(id);
  const body = await (await adminOf(o))('GET', `${doorOf(service)}/${encodeURIComponent(letter)}`);
  console.log(JSON.stringify({ service, ...(body as object) }, null, 2));
}

async function redrive(id: string | undefined, o: Shared & { all?: boolean; dryRun?: boolean; force?: boolean }) {
  const filters = filtersOf(o);
  const one = id === undefined ? undefined : placeIn(id);
  if (!one && !o.all && !o.service && Object.keys(filters).length === 0) {
    throw new Error('Say which: give an id or a filter, or --all for all of them. --dry-run tells what that would be.');
  }
  const admin = await adminOf(o);
  const reports: (Report & { service: Service })[] = [];
  for (const service of one ? [one.service] : servicesOf(o)) {
    const body = {
      ...filters,
      ...(one && { id: one.letter }),
      limit: Math.min(o.limit, 1_000),
      dryRun: o.dryRun === true,
      force: o.force === true,
    };
    reports.push({ service, ...((await admin('POST', `${doorOf(service)}/redrive`, body)) as Report) });
  }
  if (o.json) return console.log(JSON.stringify(reports, null, 2));
  for (const report of reports) console.log(sentenceOf(report, o.dryRun === true));
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
    ...(more ? ['there may be more'] : []),
  ];
  return [`${service}: ${what}`, ...notes].join('; ');
}

function rowOf({ id, reason, eventType, aggregateId, aggregateVersion, at, redriven, error }: Letter) {
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
  return withDoor(command)
    .addOption(new Option('--service <name>', 'whose letters; all services unless given').choices(services))
    .option('--topic <topic>', 'where it was said')
    .option('--reason <reason>', 'such as APPLY_FAILED, VERSION_GAP, BAD_MAGIC')
    .option('--event-type <type>', 'such as ORDER_PLACED')
    .option('--aggregate <uuid>', 'of which order or item')
    .option('--from <time>', 'became a letter at this moment or later, as in 2026-01-31T12:00:00Z')
    .option('--to <time>', 'became a letter before this moment')
    .addOption(new Option('--redriven <yes|no>', 'put back already, or not yet').choices(['yes', 'no']))
    .option('--limit <n>', 'how many at most', count, limit)
    .option('--json', 'for programs');
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

function queryOf(o: Filters): Record<string, string> {
  return Object.fromEntries(Object.entries(filtersOf(o)).map(([name, value]) => [name, String(value)]));
}

function placeIn(id: string): { service: Service; letter: string } {
  const [service = '', letter = ''] = id.split('/');
  if (services.includes(service as Service) && letter !== '') return { service: service as Service, letter };
  throw new Error(`"${id}" is no id of a dead letter: it looks like inventory/order-events-0-17, as the list has it.`);
}
