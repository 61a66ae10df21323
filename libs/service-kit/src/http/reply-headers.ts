/** The headers of replies, as the API document describes them. */

const text = (description: string) => ({ type: 'string', description }) as const;

/** Those that a route names in `config.replyHeaders`. */
export const replyHeaders = {
  etag: text('The version of what the reply shows; for If-Match and If-None-Match'),
  'stock-version': text('The version of the item, which counts changes of its stock too'),
  location: text('The path of what was created'),
  'idempotency-key': text('The key of the request; made for it if it had none'),
  'idempotency-replayed': text('`true` when the reply is that of an earlier request with this key; absent otherwise'),
} as const;
export type ReplyHeader = keyof typeof replyHeaders;

const requestId = text('The id of the request, also in the log');
const retryAfter = { type: 'integer', description: 'Seconds to wait before the request is sent again' };

/** @param names what the route says of its successful replies */
export function headersOf(status: string, names: readonly ReplyHeader[] = []): Record<string, object> {
  const own = /^[23]/.test(status) ? names.map((name) => [name, replyHeaders[name]] as const) : [];
  const waits = status === '429' || status === '503' ? { 'retry-after': retryAfter } : {};
  return { 'x-request-id': requestId, ...waits, ...Object.fromEntries(own) };
}
