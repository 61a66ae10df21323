// The contracts in the virtual file tree of a generator.
import type { Tree } from '@nx/devkit';
import { inOrder, parseSchema, type SchemaInFolder } from '../schemas/schema-folder.ts';
import { textOf } from '../../repo/service-generator/tree-text.ts';

export const contracts = 'libs/contracts';

/** Every schema, in the order of topics, events and versions. */
export function schemasIn(tree: Tree): SchemaInFolder[] {
  const folder = `${contracts}/schemas`;
  return tree
    .children(folder)
    .filter((topic) => !tree.isFile(`${folder}/${topic}`))
    .flatMap((topic) => tree.children(`${folder}/${topic}`).map((file) => `${topic}/${file}`))
    .map((path) => parseSchema(path, textOf(tree, `${folder}/${path}`)))
    .sort(inOrder);
}
