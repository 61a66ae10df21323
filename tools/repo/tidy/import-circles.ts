// Finds files that import each other, also by way of others. Imports of types count: a circle of types is one unit in several files.
import { dirname, join } from 'node:path';

type Graph = ReadonlyMap<string, readonly string[]>;

/** The relative imports of each file, among the files given. */
export function importGraph(files: readonly string[], read: (file: string) => string): Graph {
  const known = new Set(files);
  return new Map(
    files.map((file) => {
      const specifiers = [...read(file).matchAll(/^(?:import|export)\s[^;]*?from '(\.[^']+)'/gm)];
      const targets = specifiers.map(([, specifier = '']) => join(dirname(file), specifier));
      return [file, targets.filter((target) => known.has(target))];
    }),
  );
}

/** One circle for each file that reaches itself and is not in a circle before: the shortest path back to it. */
export function circlesIn(graph: Graph): string[][] {
  const circles: string[][] = [];
  const seen = new Set<string>();
  for (const file of graph.keys()) {
    if (seen.has(file)) continue;
    const circle = pathBack(graph, file);
    if (circle === undefined) continue;
    circles.push(circle);
    for (const member of circle) seen.add(member);
  }
  return circles;
}

function pathBack(graph: Graph, start: string): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const file of queue) {
    for (const target of graph.get(file) ?? []) {
      if (target === start) return pathTo(file, cameFrom);
      if (cameFrom.has(target)) continue;
      cameFrom.set(target, file);
      queue.push(target);
    }
  }
  return undefined;
}

function pathTo(end: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const before = cameFrom.get(end);
  return before === undefined ? [end] : [...pathTo(before, cameFrom), end];
}
