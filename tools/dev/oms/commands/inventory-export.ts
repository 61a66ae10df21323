// `oms inventory export`: writes all items to stdout or a file, as CSV or JSON lines; what it writes can be imported.
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, Option } from 'commander';
import { streamOf, withApiOptions, type ApiOptions } from '../admin-api.ts';

type ExportOptions = ApiOptions & { format: 'csv' | 'jsonl'; out?: string };

const examples = `
Examples:
  npm run -s oms -- inventory export > items.csv
  npm run oms -- inventory export --format jsonl --out items.jsonl`;

export function exportCommand(): Command {
  return withApiOptions(new Command('export').description('Exports all items.'))
    .addOption(new Option('--format <format>', 'CSV or JSON lines').choices(['csv', 'jsonl']).default('csv'))
    .option('--out <file>', 'the file to write; stdout unless given')
    .addHelpText('after', examples)
    .action(exportItems);
}

async function exportItems(options: ExportOptions): Promise<void> {
  const body = Readable.fromWeb(await streamOf(options, `/v1/inventory/export?format=${options.format}`));
  if (options.out === undefined) await pipeline(body, process.stdout, { end: false });
  else await pipeline(body, createWriteStream(options.out));
}
