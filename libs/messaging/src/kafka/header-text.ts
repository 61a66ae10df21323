// What a header of a received message says: clients give texts, bytes, or several.

import type { MessageHeaders } from './client.ts';

/** The first one of that name; null when there is none. */
export function headerText(headers: MessageHeaders, name: string): string | null {
  const value = [headers[name] ?? []].flat()[0];
  return value === undefined ? null : value.toString();
}
