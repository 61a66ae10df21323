// `oms dlq stopped|skip`: the partitions that have stopped at a record batch that cannot be read, and skipping the batch.

import { Command } from 'commander';
import type { StoppedPartition } from '@oms/messaging';
import { planOf, services as allServices, type Service } from '../../stack/services.ts';
import { adminOf, withApiOptions, type ApiOptions } from '../admin-api.ts';
import { tableOf } from '../table.ts';

const services = allServices.filter((service) => planOf(service).deadLetters !== undefined);
const pathOf = (service: Service) => `${planOf(service).deadLetters ?? ''}/stopped-partitions`;

export function stoppedCommand(): Command {
  return withApiOptions(
    new Command('stopped').description('Lists the partitions that have stopped, because a batch cannot be read.'),
  )
    .option('--json', 'print one JSON document instead of a table')
    .action(list);
}

export function skipCommand(): Command {
  return withApiOptions(
    new Command('skip').description(
      'Skips the batch at which a partition has stopped; a dead letter says where it lies.',
    ),
  )
    .argument('<id>', 'as in the list of stopped partitions: <service>/<topic>-<partition>-<first offset>')
    .action(skip);
}

async function list(options: ApiOptions & { json?: boolean }): Promise<void> {
  const admin = await adminOf(options);
  const found: (StoppedPartition & { id: string })[] = [];
  for (const service of services) {
    const { data } = (await admin('GET', pathOf(service))) as { data: StoppedPartition[] };
    found.push(...data.map((each) => ({ id: `${service}/${each.topic}-${each.partition}-${each.first}`, ...each })));
  }
  if (options.json) return console.log(JSON.stringify(found, null, 2));
  if (found.length === 0) return console.log('No partition has stopped.');
  const rows = found.map(({ id, last, bytes, stoppedAt, skipRequestedBy, error }) => ({
    id,
    last,
    bytes: String(bytes),
    stoppedAt,
    skip: skipRequestedBy === null ? 'no' : `asked for by ${skipRequestedBy}`,
    error,
  }));
  console.log(tableOf(rows));
}

async function skip(id: string, options: ApiOptions): Promise<void> {
  const [, service, topic, partition, first] = /^([a-z]+)\/([a-z-]+)-(\d+)-(\d+)$/.exec(id) ?? [];
  if (!services.includes(service as Service)) {
    throw new Error(
      `"${id}" is no id of a stopped partition: it looks like inventory/order-events-0-17, as in the list.`,
    );
  }
  const body = { topic, partition: Number(partition), first };
  await (
    await adminOf(options)
  )('POST', `${pathOf(service as Service)}/skip`, body);
  console.log(`${service} skips the batch at offset ${first} of partition ${partition} of ${topic} within seconds.`);
}
