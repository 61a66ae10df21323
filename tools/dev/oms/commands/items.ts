// `oms items duplicates`: lists items whose names are the same in their normal form.
import { dataOf } from '@oms/client';
import { Command } from 'commander';
import { apiOf, withApiOptions, type ApiOptions } from '../admin-api.ts';
import { exitCodes } from '../exit-codes.ts';

type DuplicatesOptions = ApiOptions & { json?: true };

const examples = `
New items with such a name are refused. Those of before stay; rename or delete all but one of each.
Exits with 1 when there are any.

Examples:
  npm run -s oms -- items duplicates
  npm run -s oms -- items duplicates --json | jq length`;

export function itemsCommand(): Command {
  return new Command('items')
    .description('Looks after the items of the inventory.')
    .addCommand(
      withApiOptions(
        new Command('duplicates').description(
          'Lists items whose names differ in case, blanks or invisible characters only.',
        ),
      )
        .option('--json', 'print one JSON document instead of a table')
        .addHelpText('after', examples)
        .action(duplicates),
    );
}

async function duplicates({ json, ...options }: DuplicatesOptions): Promise<void> {
  const { tableOf } = await import('../table.ts');
  const api = await apiOf(options, 'staff');
  const found = dataOf(await api.GET('/v1/inventory/duplicate-names')).data.map(({ items }) => items);
  if (found.length > 0) process.exitCode = exitCodes.found;
  if (json) return console.log(JSON.stringify(found, null, 2));
  if (found.length === 0) return console.log('All names are different.');
  // As JSON: what makes two names differ may be invisible.
  const rows = found.flatMap((items, index) =>
    items.map(({ id, itemName, quantity, createdAt }) => {
      return { group: String(index + 1), id, name: visible(itemName), quantity: String(quantity), created: createdAt };
    }),
  );
  console.log(tableOf(rows));
}

/** The name in quotes, with escapes for what is drawn as nothing or as a plain blank. */
function visible(name: string): string {
  const escape = (character: string) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  return JSON.stringify(name).replace(/(?! )[\p{White_Space}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, escape);
}
