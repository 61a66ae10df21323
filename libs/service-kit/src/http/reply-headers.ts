/** The headers of replies, as the API document describes them. */

const text = { type: 'string' } as const;

/** Those that a route names in `config.replyHeaders`. */
export const replyHeaders = {
  etag: { description: 'The version of what the reply shows; for If-Match and If-None-Match', schema: text },
  'stock-version': { description: 'The version of the item, which counts changes of its stock too', schema: text },
  location: { description: 'The path of what was created', schema: text },
  'idempotency-key': { description: 'The key of the request; made for it if it had none', schema: text },
  'idempotency-replayed': {
    description: 'Only there when the reply is that of an earlier request with this key',
    schema: { type: 'string', enum: ['true'] },
  },
} as const;
export type ReplyHeader = keyof typeof replyHeaders;

const requestId = { description: 'The id of the request, also in the log', schema: text };
const retryAfter = { description: 'Seconds to wait before the request is sent again', schema: { type: 'integer' } };

/** @param names what the route says of its successful replies */
export function headersOf(status: string, names: readonly ReplyHeader[] = []): Record<string, object> {
  const own = /^[23]/.test(status) ? names.map((name) => [name, replyHeaders[name]] as const) : [];
  const waits = status === '429' || status === '503' ? { 'retry-after': retryAfter } : {};
  return { 'x-request-id': requestId, ...waits, ...Object.fromEntries(own) };
}
