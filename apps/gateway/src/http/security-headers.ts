/** Security headers: helmet for pages, and the headers that matter for API replies. */
import helmet from '@fastify/helmet';
import type { Http } from '@oms/service-kit';

/**
 * On every forwarded reply. Helmet computes its dozen headers for each request, a tenth of the time of a forwarded request, and most of
 * them matter for pages only.
 */
export const securityHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** For all routes but those with `helmet: false`. */
export async function addSecurityHeaders(http: Http): Promise<void> {
  await http.register(helmet, {
    // Where pages are served by plain HTTP, as in development, their scripts are too.
    contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null } },
  });
}
