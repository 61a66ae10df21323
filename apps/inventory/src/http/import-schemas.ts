/** The schemas of an import of items: its rows, its query, and the lines of its report. */
import { nameSchemas, ProblemSchema, Type, type Static } from '@oms/service-kit';
import { Item, details, units } from './schemas.ts';

/** A row: all details, and what is on the shelf. */
export const ImportedItem = Type.Object({
  itemName: details.itemName,
  onHand: units(0, 'Units that are on the shelf, promised ones included'),
  threshold: details.threshold,
  unit: details.unit,
  price: details.price,
  category: details.category,
});
export type ImportedItem = Static<typeof ImportedItem>;
export const importColumns = Object.keys(ImportedItem.properties);
/** An export has them. They follow from orders and counts, so an import leaves them out. */
export const ignoredColumns = Object.keys(Item.properties).filter((name) => !importColumns.includes(name));

export const ImportQuery = Type.Object({
  dryRun: Type.Boolean({ default: false, description: 'true: report what would change, and change nothing' }),
});

export const ImportFile = Type.String({
  description: 'A file of items: CSV with a header, or one JSON object in each line',
  examples: ['itemName,onHand,threshold,unit,price,category\nMargherita,20,5,piece,9.50,Pizza\n'],
});

const ImportError = Type.Object({
  line: Type.Integer({ minimum: 1, description: 'The line of the file, from 1; the header is line 1' }),
  field: Type.String({ description: 'The column, or `row` for the whole line' }),
  message: Type.String({ description: 'What is wrong with it' }),
});
const ImportSummary = Type.Object({
  rows: Type.Integer({ minimum: 0, description: 'Rows that were read' }),
  created: Type.Integer({ minimum: 0 }),
  changed: Type.Integer({ minimum: 0 }),
  unchanged: Type.Integer({ minimum: 0 }),
  bad: Type.Integer({ minimum: 0, description: 'Rows that were left out' }),
  listed: Type.Integer({ minimum: 0, description: 'Errors that the report lists; at most 1,000' }),
  dryRun: Type.Boolean(),
});
export const ImportReport = Type.Object({
  errors: Type.Array(ImportError),
  summary: ImportSummary,
});
export const ImportReportLine = Type.Union([
  Type.Object({ progress: Type.Object({ rows: Type.Integer({ description: 'Rows that are done' }) }) }),
  ImportError,
  Type.Object({ summary: ImportSummary }),
  Type.Object({ problem: ProblemSchema, summary: ImportSummary }, { description: 'The import ended early' }),
]);
export type ImportError = Static<typeof ImportError>;
export type ImportSummary = Static<typeof ImportSummary>;

nameSchemas({ ImportError, ImportSummary, ImportReport, ImportReportLine });
