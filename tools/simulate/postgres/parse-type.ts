// The name of a type, as casts and columns write it.

import type { Reader } from './sql-tokens.ts';

export function readTypeName(r: Reader): string {
  let type = r.name();
  if (r.accept('.')) type = r.name();
  if (type === 'timestamp' && r.accept('with', 'time', 'zone')) type = 'timestamptz';
  if (type === 'double') r.expect('precision');
  if (r.is('(')) type += `(${r.within(() => r.list(() => r.next().text)).join(',')})`;
  if (r.accept('[')) {
    r.expect(']');
    type += '[]';
  }
  return type;
}
