// `oms inventory import <file>`: sends a file of items through the gateway, and shows progress, bad rows and the result as they come.
import { openAsBlob } from 'node:fs';
import { extname } from 'node:path';
import { Command } from 'commander';
import { streamOf, withApiOptions, type ApiOptions } from '../admin-api.ts';
import { exitCodes } from '../exit-codes.ts';

type Summary = Record<'rows' | 'created' | 'changed' | 'unchanged' | 'bad' | 'listed', number> & { dryRun: boolean };
export type ReportLine = {
  progress?: { rows: number };
  line?: number;
  field?: string;
  message?: string;
  problem?: { detail: string };
  summary?: Summary;
};
type ImportOptions = ApiOptions & { dryRun?: true; json?: true };

const examples = `
The file is CSV with the header itemName,onHand,threshold,unit,price,category, or JSON lines (.jsonl, .ndjson) with these fields.
Exits with 1 when a row is bad, or the import ended early.

Examples:
  npm run oms -- inventory import menu.csv --dry-run    # report only
  npm run oms -- inventory import menu.csv
  npm run -s oms -- inventory import menu.jsonl --json | jq 'select(.line)'`;

export function importCommand(): Command {
  return withApiOptions(
    new Command('import').description(
      'Imports items from a file: new names are created, known ones are changed and counted. The same file again changes nothing.',
    ),
  )
    .argument('<file>', 'CSV or JSON lines')
    .option('--dry-run', 'report what would change, and change nothing')
    .option('--json', 'print the lines of the report as they are')
    .addHelpText('after', examples)
    .action(importFile);
}

async function importFile(file: string, options: ImportOptions): Promise<void> {
  const type = ['.jsonl', '.ndjson'].includes(extname(file).toLowerCase()) ? 'application/x-ndjson' : 'text/csv';
  const report = await streamOf(options, `/v1/inventory/import?dryRun=${options.dryRun === true}`, {
    method: 'POST',
    type,
    // Read as it is sent, and with a length.
    body: await openAsBlob(file),
  });
  let summary: Summary | undefined;
  for await (const text of linesOf(report)) {
    const line = JSON.parse(text) as ReportLine;
    const shown = options.json ? text : describe(line);
    if (line.progress && !options.json) console.error(shown);
    else console.log(shown);
    summary = line.summary ?? summary;
    if (line.problem || (line.summary?.bad ?? 0) > 0) process.exitCode = exitCodes.found;
  }
  if (summary === undefined) throw new Error('The connection ended before the report did; send the file again.');
}

/** For people. */
export function describe({ progress, line, field, message, problem, summary }: ReportLine): string {
  if (progress) return `${progress.rows} rows`;
  if (line !== undefined) return `line ${line}: ${field} ${message}`;
  const { rows = 0, created, changed, unchanged, bad = 0, listed = 0, dryRun } = summary ?? ({} as Partial<Summary>);
  const counts = `${rows} rows: ${created} created, ${changed} changed, ${unchanged} unchanged, ${bad} bad`;
  return [
    ...(problem ? [`The import ended early. ${problem.detail}`] : []),
    ...(dryRun ? ['Nothing was written (dry run).'] : []),
    ...(listed >= 1_000 ? ['Not all errors are listed.'] : []),
    counts,
  ].join('\n');
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter(Boolean);
  }
}
