// Adds a new event to the lists that are kept by hand: the row of its topic, and the types that `@oms/contracts` exports.
import { replaced } from '../../repo/service-generator/tree-text.ts';

/** `text` of topics.ts with the event planned. A new topic gets a row, which needs an `owner`; it has no readers yet. */
export function withEventPlanned(
  text: string,
  { topic, eventType, owner }: { topic: string; eventType: string; owner?: string },
): string {
  const row = new RegExp(`('${topic}': \\{[^}]*?eventTypes: \\[)([^\\]]*)\\]`);
  if (row.test(text))
    return text.replace(row, (_, before: string, events: string) => `${before}${events}, '${eventType}']`);
  if (owner === undefined)
    throw new Error(
      `There is no topic "${topic}" in topics.ts. To plan it, say which service answers for it: --owner.`,
    );
  const added = `  '${topic}': {
    ...settings,
    retentionMs: 30 * dayMs,
    owner: '${owner}',
    readBy: [],
    versions: 'gapless',
    eventTypes: ['${eventType}'],
  },
`;
  const named = replaced(text, /(export type Topic =[^;]*);/, `$1 | '${topic}';`);
  return replaced(named, /(export const topics: [\s\S]*?\n)(\};\n)/, `$1${added}$2`);
}

/** `text` of index.ts with these types exported from the generated messages, in order of the alphabet. */
export function withTypesExported(text: string, names: readonly string[]): string {
  const list = /export type \{([^}]*)\} from (['"])\.\/generated\/messages\.ts\2;/;
  const known =
    list
      .exec(text)?.[1]
      ?.split(',')
      .map((name) => name.trim()) ?? [];
  const all = [...new Set([...known, ...names])].filter((name) => name !== '').sort((a, b) => a.localeCompare(b));
  return replaced(text, list, `export type { ${all.join(', ')} } from './generated/messages.ts';`);
}
