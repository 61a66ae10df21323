/** The route that imports items from a file of any length: rows are read, checked and written as they arrive, and the report is sent meanwhile. */
import { beginReport, Refusal, uploadedLines, type Http, type ReportReply } from '@oms/service-kit';
import { importRowsMax, type ImportItems, type ImportRow } from '../store/import-items.ts';
import { readRows, type FileFormat } from './import-rows.ts';
import * as schema from './import-schemas.ts';

const formats = ['text/csv', 'application/x-ndjson'] as const satisfies FileFormat[];
/** Errors that a report lists. All are counted. */
const listedMax = 1_000;

const howItWorks = `
CSV has the header \`itemName,onHand,threshold,unit,price,category\`, in any sequence; JSON lines have these fields. The other columns of an export are ignored, so an exported file can be imported.
A row is one line. UTF-8, with LF or CRLF; a byte order mark is ignored.

An unknown name creates an item. A known one, by its normal form, changes its details and counts its stock: \`onHand\` includes what is promised to orders. The same file again changes nothing.
At most 1,000 rows are written at a time, so an import that breaks off leaves whole rows; send the file again. A bad row is reported by its line and changes nothing. A file that cannot be read on
is refused with its \`line\`; the rows before that line are imported.

The reply is JSON lines, sent as the import goes on: \`{"progress":{"rows":1000}}\`, \`{"line":17,"field":"price","message":"..."}\`, and at the end \`{"summary":{...}}\`, or
\`{"problem":{...},"summary":{...}}\` when the import ended early. With \`Accept: application/json\` it is one JSON document at the end.`;

export function importRoute(http: Http, { importItems, now }: { importItems: ImportItems; now: () => Date }): void {
  let isRunning = false;
  // A scope of its own, in which bodies are not parsed.
  void http.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null, ''));
    scope.post(
      '/v1/inventory/import',
      {
        config: {
          roles: ['staff', 'admin'],
          problems: ['MALFORMED_BODY', 'UNSUPPORTED_MEDIA_TYPE', 'TOO_BUSY', 'STOCK_UNAVAILABLE', 'STARTING'],
        },
        schema: {
          tags: ['inventory'],
          operationId: 'importItems',
          summary: 'Import items from CSV or JSON lines',
          description: howItWorks,
          consumes: [...formats],
          querystring: schema.ImportQuery,
          body: schema.ImportFile,
          response: {
            200: {
              description: 'The report',
              content: {
                'application/x-ndjson': { schema: schema.ImportReportLine },
                'application/json': { schema: schema.ImportReport },
              },
            },
          },
        },
      },
      async (request, reply) => {
        const format = formats.find((each) => request.headers['content-type']?.toLowerCase().startsWith(each));
        if (format === undefined) {
          throw new Refusal('UNSUPPORTED_MEDIA_TYPE', `Send the file as ${formats.join(' or ')}.`);
        }
        if (isRunning) throw new Refusal('TOO_BUSY', 'Another import is under way; send the file when it has ended.');
        isRunning = true;
        try {
          const { dryRun } = request.query as { dryRun: boolean };
          const context = { by: request.caller.id, at: now(), dryRun };
          const rows = readRows(uploadedLines(request, reply), format);
          await importAll(rows, (batch) => importItems(batch, context), beginReport(request, reply), dryRun);
          return reply;
        } finally {
          isRunning = false;
        }
      },
    );
    done();
  });
}

type Numbered = { line: number; row: ImportRow };

async function importAll(
  rows: ReturnType<typeof readRows>,
  importRows: (rows: ImportRow[]) => ReturnType<ImportItems>,
  report: ReportReply,
  dryRun: boolean,
): Promise<void> {
  const summary: schema.ImportSummary = { rows: 0, created: 0, changed: 0, unchanged: 0, bad: 0, listed: 0, dryRun };
  const errors: schema.ImportError[] = [];
  let batch: Numbered[] = [];
  try {
    for await (const read of rows) {
      summary.rows += 1;
      if ('errors' in read) reject(read.errors);
      else batch.push(read);
      if (batch.length === importRowsMax) await flush();
    }
    await flush();
  } catch (error) {
    await flush(); // the rows before the line that cannot be read
    return report.fail(error, { summary });
  }
  report.end({ summary }, { errors, summary });

  async function flush(): Promise<void> {
    const current = batch;
    batch = [];
    if (current.length === 0) return;
    const outcomes = await importRows(current.map(({ row }) => row));
    for (const [index, outcome] of outcomes.entries()) {
      if ('refusal' in outcome) {
        reject([{ line: current[index]!.line, field: 'itemName', message: outcome.refusal.message }]);
      } else if (outcome.created) summary.created += 1;
      else if (outcome.changed) summary.changed += 1;
      else summary.unchanged += 1;
    }
    report.write({ progress: { rows: summary.rows } });
  }

  function reject(rowErrors: readonly schema.ImportError[]): void {
    summary.bad += 1;
    for (const error of rowErrors) {
      if (summary.listed >= listedMax) return;
      summary.listed += 1;
      errors.push(error);
      report.write(error);
    }
  }
}
