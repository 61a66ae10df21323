// The methods of a forwarded path, from the merged API document: the gateway itself would forward any method.
import type { ApiDocument } from '@oms/service-kit';
import type { Route } from './routes.ts';

/** Undefined for a path that is not forwarded. No methods: no service has the path, or the one that has it does not answer. */
export function createForwardedMethods(routes: readonly Route[], document: () => Promise<ApiDocument>) {
  const prefixes = routes.flatMap(({ paths }) => paths);
  return (path: string): Promise<readonly string[]> | undefined => {
    const isForwarded = prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`));
    return isForwarded ? document().then((merged) => methodsIn(merged, path)) : undefined;
  };
}

function methodsIn({ paths }: ApiDocument, path: string): readonly string[] {
  const methods = new Set<string>();
  for (const [template, operations] of Object.entries(paths as Record<string, object>)) {
    if (!matches(template, path)) continue;
    for (const method of Object.keys(operations)) methods.add(method.toUpperCase());
  }
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}

function matches(template: string, path: string): boolean {
  const expected = template.split('/');
  const given = path.split('/');
  return expected.length === given.length && expected.every((part, i) => part.startsWith('{') || part === given[i]);
}
