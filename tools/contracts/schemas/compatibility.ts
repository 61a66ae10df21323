// Whether what one version wrote can be read as another: asks the reader itself, and says field, rule and the compatible way to change it.
import { avroTypeOf, comparedTypeOf } from '@oms/contracts/avro-type';
import type { ProblemKind } from '@oms/contracts/resolution-error';
import { resolutionProblems } from '@oms/contracts/value-reader';
import type { AvroSchema } from './schema-folder.ts';

/**
 * Which rule a pair of schemas breaks, where, and how the change is made compatibly. `field` is a path such as `items[].unitPrice`,
 * empty for the record itself.
 */
export type Incompatibility = { field: string; rule: string; way: string };

const ways: Readonly<Record<ProblemKind | 'gone' | 'unsound', string>> = {
  type: 'Leave the field as it is, and add one of the new type under a new name, as ["null", type] with "default": null',
  required: 'Make it ["null", type] with "default": null',
  gone: 'Leave it in: older readers need it. Say in its "doc" that it is deprecated, and add a new name beside it as ["null", type] with "default": null',
  name: 'Leave the name as it is. Only a field can be renamed, when it has a default: the new name with "aliases": [the old name]. A new name for a record or an enum is a new field',
  symbols:
    'Leave the symbols as they are, and add a field with a new enum, as ["null", enum] with "default": null. An enum whose first version has a "default" symbol may change them',
  aliases: 'Take the alias off: a field has one source',
  unsound: 'Make the field ["null", type] with "default": null, or leave it as it was',
};

/**
 * Empty when every message written with `writer` can be read with `reader`; the two may be the same. Call it a second time the other way
 * round. `newer` is the one that can still be changed: the way is the way to change that one.
 */
export function incompatibilities(
  writer: AvroSchema,
  reader: AvroSchema,
  newer: 'reader' | 'writer' = 'reader',
): Incompatibility[] {
  const [written, read] = [JSON.stringify(writer), JSON.stringify(reader)];
  try {
    const problems = resolutionProblems(comparedTypeOf(written), comparedTypeOf(read));
    if (problems.length === 0) for (const text of new Set([written, read])) avroTypeOf(text);
    return problems.map(({ path, kind, rule }) => ({
      field: path,
      rule,
      way: ways[kind === 'required' && newer === 'writer' ? 'gone' : kind],
    }));
  } catch (error) {
    return [{ field: '', rule: (error as Error).message.slice(0, 300), way: ways.unsound }];
  }
}
