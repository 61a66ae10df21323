// A pgbench script from recorded statements: the same SQL, each time for a new order and a random item.
import type { Statement } from './recorded-sql.ts';

/** The values of the recorded order, to distinguish them from what is the same for every order. */
export type Recorded = {
  orderId: string;
  itemId: string;
  /** The item's figures before the order, each a number that means nothing else. */
  before: { quantity: number; reserved: number; version: number };
};

const itemNumberDigits = 12;

/** The items of pgbench's databases are numbered, as its own expressions make numbers only. */
export function itemIdAt(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(itemNumberDigits, '0')}`;
}

/** @param items how many; each order takes any of them, or always the first when there is one */
export function scriptOf(units: readonly Statement[][], recorded: Recorded, items: number): string {
  const { quantity, reserved, version } = recorded.before;
  const changing = new Map([
    [recorded.orderId, `(lpad(to_hex((:hi)::bigint), 16, '0') || lpad(to_hex((:lo)::bigint), 16, '0'))`],
    [
      recorded.itemId,
      `('${itemIdAt(0).slice(0, -itemNumberDigits)}' || lpad((:item)::text, ${itemNumberDigits}, '0'))`,
    ],
    [String(quantity - 1), '((:quantity)::int - 1)'],
    [String(reserved + 1), '((:reserved)::int + 1)'],
    [String(version), '(:version)::int'],
    [String(version + 1), '((:version)::int + 1)'],
  ]);
  const lines = units.flat().map(({ text, values }) => {
    const sql = text.replace(/\$(\d+)/g, (_, at: string) => parameter(values[Number(at) - 1] ?? 'NULL', changing));
    // What is read here is written back below, as the service does.
    return `${sql}${/FROM inventory\b.*FOR UPDATE/s.test(text) ? ' \\gset' : ';'}`;
  });
  const random = '9223372036854775806';
  return [
    `\\set hi random(0, ${random})`,
    `\\set lo random(0, ${random})`,
    `\\set item random(1, ${items})`,
    ...lines,
    '',
  ].join('\n');
}

/** An array of the one thing that changes from order to order, or the literal as it was recorded. */
function parameter(literal: string, changing: ReadonlyMap<string, string>): string {
  const expression = changing.get(/^'\{"?([^"{},]*)"?\}'$/.exec(literal)?.[1] ?? '');
  if (expression !== undefined) return `ARRAY[${expression}]`;
  // pgbench reads a colon and a letter as a variable, also within quotes.
  return literal.replaceAll(/:(?=[A-Za-z_])/g, ': ');
}
