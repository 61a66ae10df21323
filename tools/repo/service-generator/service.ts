// `nx g @oms/tools:service`: all files of a new service, and its entry in every list, so that it starts, answers and passes the checks at once.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { formatFiles, generateFiles, installPackagesTask, type GeneratorCallback, type Tree } from '@nx/devkit';
import { exampleOf } from '../../contracts/schemas/example.ts';
import { eventTypeOf, type SchemaInFolder } from '../../contracts/schemas/schema-folder.ts';
import { schemasIn } from '../../contracts/event-generator/schemas-in-tree.ts';
import { textOf } from './tree-text.ts';
import { literalOf } from './literal.ts';
import { lists } from './lists.ts';

export type ServiceOptions = {
  name: string;
  doc?: string;
  reads: readonly string[];
  publishes?: readonly string[];
};

const libs = ['@oms/contracts', '@oms/messaging', '@oms/service-kit', '@prisma/adapter-pg', '@prisma/client', 'pg'];

/**
 * Writes apps/<name> and the lists. Packages are linked, and examples, the AsyncAPI document, alerts and dashboards made of what is on
 * disk by then, by the answered function. Throws Error that quotes the option that is wrong and names the remedy; nothing is written then.
 */
export async function generateService(tree: Tree, options: ServiceOptions): Promise<GeneratorCallback> {
  const newest = newestOf(schemasIn(tree));
  const { name } = options;
  refuseName(tree, name);
  const reads = [...new Set(options.reads)].map((topic) => ({ topic, eventTypes: eventTypesOn(newest, topic) }));
  const doc = sentenceOf(options.doc ?? `Listens to ${reads.map(({ topic }) => topic).join(' and ')}.`);
  const publishes = [...new Set(options.publishes ?? [])].map((eventType) => ({
    eventType,
    topic: topicOf(newest, eventType),
  }));
  const examples = newest
    .filter(({ topic }) => topic === reads[0]?.topic)
    .slice(0, 2)
    .map((of) => ({ topic: of.topic, eventType: eventTypeOf(of.schema) ?? '', literal: literalOf(contentOf(of)) }));

  const port = nextPort(tree);
  const entry = { name, doc, port, reads: reads.map(({ topic }) => topic) };
  const changed = Object.entries(lists).map(([path, add]) => [path, add(textOf(tree, path), entry)] as const);
  for (const [path, text] of changed) tree.write(path, text);
  generateFiles(tree, join(import.meta.dirname, 'files'), `apps/${name}`, {
    name,
    Name: name.replace(/^./, (letter) => letter.toUpperCase()),
    doc,
    reads,
    publishes,
    examples,
    dependencies: versionsOf(tree, libs),
    migration: `${stampOf(new Date())}_received`,
    messages: 'messages',
  });
  if (publishes.length === 0) tree.delete(`apps/${name}/src/domain/messages.ts`);
  tree.write(
    `k8s/values/${name}.yaml`,
    `# ${doc}
service: ${name}
calledBy: [gateway]
needs: { database: true, messages: true }
consumes: { topics: [${entry.reads.join(', ')}] }
`,
  );
  await formatFiles(tree);
  return () => {
    installPackagesTask(tree, true);
    for (const program of [['tools/dev/oms/main.ts', 'schemas', 'generate'], ['tools/database/generate/main.ts']])
      execFileSync(process.execPath, program, { cwd: tree.root, stdio: 'inherit' });
  };
}

function refuseName(tree: Tree, name: string): void {
  if (!/^[a-z][a-z0-9]{1,30}$/.test(name))
    throw new Error(`"${name}" is no name of a service. Take one word in lower case, such as courier.`);
  if (
    ['apps', 'libs'].some((side) => tree.exists(`${side}/${name}`)) ||
    ['tools', 'registry', 'messaging'].includes(name)
  )
    throw new Error(`There is a "${name}" already. Take another name.`);
}

function eventTypesOn(newest: readonly SchemaInFolder[], topic: string): string[] {
  const on = newest.filter((schema) => schema.topic === topic).map(({ schema }) => eventTypeOf(schema) ?? '');
  if (on.length > 0) return on;
  const known = [...new Set(newest.map((schema) => schema.topic))];
  throw new Error(
    `There is no topic "${topic}" to read. Take ${known.join(', ')}, or make one by nx g @oms/tools:event.`,
  );
}

function topicOf(newest: readonly SchemaInFolder[], eventType: string): string {
  const found = newest.find(({ schema }) => eventTypeOf(schema) === eventType);
  if (found) return found.topic;
  throw new Error(`There is no event "${eventType}" to publish. Make it first, by nx g @oms/tools:event.`);
}

/** On one line, with a full stop. */
function sentenceOf(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[^.!?]$/, '$&.');
}

/** An example without what tells one message from another. */
function contentOf(of: SchemaInFolder): object {
  const own = ['eventId', 'aggregateId', 'aggregateVersion'];
  return Object.fromEntries(Object.entries(exampleOf(of)).filter(([name]) => !own.includes(name)));
}

/** The newest version of each event. */
function newestOf(schemas: readonly SchemaInFolder[]): SchemaInFolder[] {
  return schemas.filter((one, index) => schemas[index + 1]?.event !== one.event);
}

/** The port after those of the services and the development parts. */
function nextPort(tree: Tree): number {
  const texts = ['services', 'ports'].map((file) => textOf(tree, `tools/dev/stack/${file}.ts`)).join('\n');
  const taken = new Set([...texts.matchAll(/: (\d{4,5})\b/g)].map(([, port]) => Number(port)));
  let port = 3001;
  while (taken.has(port)) port += 1;
  return port;
}

/** As tools has them, for a package has one version in the whole repository. */
function versionsOf(tree: Tree, packages: readonly string[]): Record<string, string> {
  const { dependencies } = JSON.parse(textOf(tree, 'tools/package.json')) as { dependencies: Record<string, string> };
  return Object.fromEntries(packages.map((one) => [one, dependencies[one] ?? '']));
}

/** 20261124200000: migrations are applied in the order of their names. */
function stampOf(at: Date): string {
  return at.toISOString().replace(/\D/g, '').slice(0, 14);
}
