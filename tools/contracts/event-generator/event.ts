// `nx g @oms/tools:event`: everything in `libs/contracts` that a new event needs, so that the checks pass at once.
import { execFileSync } from 'node:child_process';
import { formatFiles, type GeneratorCallback, type Tree } from '@nx/devkit';
import { missingFixtures, textOf } from '../schemas/fixtures.ts';
import { renderGenerated } from '../schemas/generate-types.ts';
import { withAdded, type Published } from '../schemas/published.ts';
import { eventTypeOf, inOrder, parseSchema, type ComplexSchema } from '../schemas/schema-folder.ts';
import { contracts, schemasIn } from './schemas-in-tree.ts';
import { textOf as textIn } from '../../repo/service-generator/tree-text.ts';
import { newSchema, type EventOptions } from './new-schema.ts';
import { withEventPlanned, withTypesExported } from './topic-row.ts';

/**
 * Writes schema, topic row, types, an example for each reader of the topic, and the line in published.json.
 * The AsyncAPI document is made of what is on disk by then, by the answered function.
 * Throws Error that quotes the option that is wrong and names the remedy; nothing is written then.
 */
export async function generateEvent(tree: Tree, options: EventOptions): Promise<GeneratorCallback> {
  const known = schemasIn(tree);
  const taken = known.find((schema) => schema.event === options.name);
  if (taken !== undefined)
    throw new Error(
      `There is an event "${options.name}" already: schemas/${taken.path}. Take another name, or write its next version.`,
    );
  const schema = newSchema(options, idsIn(tree));
  const made = parseSchema(`${options.topic}/${options.name}.v1.avsc`, JSON.stringify(schema));
  const all = [...known, made].sort(inOrder);

  const published = JSON.parse(read(tree, 'schemas/published.json')) as Published;
  const texts: [path: string, text: string][] = [
    [`schemas/${made.path}`, JSON.stringify(schema, null, 2)],
    ['schemas/published.json', withAdded(published, [made]).text],
    [
      'src/topics.ts',
      withEventPlanned(read(tree, 'src/topics.ts'), { ...options, eventType: eventTypeOf(schema) ?? '' }),
    ],
    ['src/index.ts', withTypesExported(read(tree, 'src/index.ts'), typesOf(schema))],
    ...renderGenerated(all).map(({ name, text }): [string, string] => [`src/generated/${name}`, text]),
    ...missingFixtures([made], []).map((one): [string, string] => [`fixtures/${one.path}`, textOf(one)]),
  ];
  for (const [path, text] of texts) tree.write(`${contracts}/${path}`, text);
  await formatFiles(tree);
  return () => {
    execFileSync(process.execPath, ['tools/dev/oms/main.ts', 'schemas', 'generate'], {
      cwd: tree.root,
      stdio: 'inherit',
    });
  };
}

/** The ids that an aggregate may have. */
function idsIn(tree: Tree): string[] {
  return [...read(tree, 'src/ids.ts').matchAll(/^export type (\w+) = Branded/gm)]
    .map(([, name]) => name ?? '')
    .filter((name) => name !== 'EventId');
}

/** The types that TypeScript gets for it: the record, and each enum in it. */
function typesOf(schema: ComplexSchema): string[] {
  const enums = (schema.fields ?? [])
    .filter((field) => field.name !== 'eventType')
    .flatMap(({ type }) => (Array.isArray(type) ? type : [type]))
    .map((type) => (typeof type === 'object' && !Array.isArray(type) && type.type === 'array' ? type.items : type))
    .flatMap((type) => (typeof type === 'object' && !Array.isArray(type) ? (type.name ?? []) : []));
  return [schema.name ?? '', ...enums];
}

function read(tree: Tree, path: string): string {
  return textIn(tree, `${contracts}/${path}`);
}
