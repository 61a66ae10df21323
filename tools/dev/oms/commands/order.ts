// `oms order explain <id>`: what an order waits for now, and one timeline over all services, through the gateway and with an admin's token.
import { dataOf, type components } from '@oms/client';
import { Command } from 'commander';
import { apiOf, withApiOptions, type ApiOptions } from '../admin-api.ts';
import { tableOf } from '../table.ts';

export type Explanation = components['schemas']['Explanation'];
type Wait = NonNullable<Explanation['waitsFor']>;

const examples = `
Examples:
  npm run oms -- order explain 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11
  npm run -s oms -- order explain 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 --json | jq .waitsFor`;

export function orderCommand(): Command {
  return new Command('order')
    .description('Looks at single orders.')
    .addCommand(
      withApiOptions(
        new Command('explain').description(
          'Explains an order: what it waits for now, since when, whose turn it is, what happens at the deadline; and all that happened.',
        ),
      )
        .argument('<id>', 'the id of the order')
        .option('--json', 'print the reply of the API instead')
        .addHelpText('after', examples)
        .action(explain),
    );
}

async function explain(id: string, options: ApiOptions & { json?: true }): Promise<void> {
  const api = await apiOf(options);
  const explanation = dataOf(await api.GET('/v1/orders/{id}/explanation', { params: { path: { id } } }));
  console.log(options.json ? JSON.stringify(explanation, null, 2) : linesOf(explanation, new Date()).join('\n'));
}

/** For people: the present first, then the past. */
export function linesOf(explanation: Explanation, now: Date): string[] {
  const { order, waitsFor, alsoWaitsFor, timeline, retries, missing, traceId } = explanation;
  return [
    `Order ${order.id} is ${order.status}, version ${order.version}, ${order.totalAmount}.`,
    ...(waitsFor === null ? ['It waits for nothing.'] : linesOfWait('It waits for', waitsFor, now)),
    ...alsoWaitsFor.flatMap((wait) => linesOfWait('It also waits for', wait, now)),
    '',
    tableOf(timeline.map(({ at, service, text, message }) => ({ at, service, what: text, message: placeOf(message) }))),
    ...section(
      'Retries:',
      retries.map(({ service, what, attempts, nextAt, error }) => {
        const next = nextAt === null ? 'not tried again by itself' : `again at ${nextAt}`;
        return `${service}: ${what}, ${attempts} attempts, ${next}${error === null ? '' : `; ${error}`}`;
      }),
    ),
    ...section(
      'Not known:',
      missing.map(({ what, reason }) => `${what}: ${reason}`),
    ),
    ...(traceId === null ? [] : ['', `Trace of the placement: ${traceId}`]),
  ];
}

function linesOfWait(begin: string, wait: Wait, now: Date): string[] {
  const { what, whose, since, deadline, atDeadline } = wait;
  const sinceText = since === null ? '' : `, since ${since} (${ageOf(since, now)})`;
  return [
    `${begin} ${what}${sinceText}.`,
    `  Whose turn it is: ${whose}.`,
    ...(deadline === null ? [] : [`  Deadline: ${deadline} (${ageOf(deadline, now)}). ${atDeadline ?? ''}`.trimEnd()]),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function placeOf(message: Explanation['timeline'][number]['message']): string {
  if (!message) return '';
  const { topic, partition, offset, consumer } = message;
  const place = partition === null ? topic : `${topic}-${partition}@${offset ?? '?'}`;
  return consumer === null ? place : `${place} by ${consumer}`;
}

/** "3 min ago", "in 12 min". */
export function ageOf(at: string, now: Date): string {
  const ms = now.getTime() - Date.parse(at);
  const seconds = Math.round(Math.abs(ms) / 1_000);
  const text =
    seconds < 120
      ? `${seconds} s`
      : seconds < 7_200
        ? `${Math.round(seconds / 60)} min`
        : `${Math.round(seconds / 3_600)} h`;
  return ms >= 0 ? `${text} ago` : `in ${text}`;
}
