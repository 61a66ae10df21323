// `oms items duplicates`: lists items whose names are the same in their normal form.
import { Command } from 'commander';
import { gatewayOption, issuerOption } from '../admin-api.ts';

type DuplicatesOptions = { json?: true; gateway: string; issuer: string };
type NamedItem = { id: string; itemName: string; quantity: number; createdAt: string };

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
      new Command('duplicates')
        .description('Lists items whose names differ in case, blanks or invisible characters only.')
        .option('--json', 'print one JSON document instead of a table')
        .addOption(gatewayOption())
        .addOption(issuerOption())
        .addHelpText('after', examples)
        .action(duplicates),
    );
}

async function duplicates({ json, gateway, issuer }: DuplicatesOptions): Promise<void> {
  const { signIn } = await import('../../client/client.ts');
  const { tableOf } = await import('../table.ts');
  const staff = await signIn({ gatewayUrl: gateway, issuerUrl: issuer }, 'staff');
  const reply = await staff.get('/v1/inventory/duplicate-names');
  const body = reply.body as { data: { items: NamedItem[] }[] };
  if (reply.status !== 200) throw new Error(`The inventory answered ${reply.status}: ${JSON.stringify(body)}`);
  const found = body.data.map(({ items }) => items);
  if (found.length > 0) process.exitCode = 1;
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
