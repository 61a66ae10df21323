// Texts in the tree that a generator works on, and changes in them.
import type { Tree } from '@nx/devkit';

/** Throws Error when there is no such file. */
export function textOf(tree: Tree, path: string): string {
  const text = tree.read(path, 'utf8');
  if (text === null) throw new Error(`Cannot find ${path}. Is this the root of the repository?`);
  return text;
}

/** Throws Error when `what` is not in the text: nothing is left out in silence. */
export function replaced(text: string, what: RegExp, by: string): string {
  if (text.search(what) < 0)
    throw new Error(`Cannot find ${String(what)}. Has the file changed its form? Teach the generator.`);
  return text.replace(what, by);
}
