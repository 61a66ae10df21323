// What browsers are told: helmet for pages, and the few of its headers that mean something on answers for programs.
import helmet from '@fastify/helmet';
import type { Http } from '@oms/service-kit';

/**
 * On every answer that is passed on. Helmet works its dozen headers out anew for each request: a tenth of the time of
 * one that is passed on, most of it for pages only.
 */
export const securityHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** For all routes but those with `helmet: false`. */
export async function protectPages(http: Http): Promise<void> {
  await http.register(helmet, {
    // Where the pages come by plain http, as in development, their own scripts do too.
    contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null } },
  });
}
