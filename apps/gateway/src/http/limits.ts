/** Rate limit per caller: by the subject of the token, or by address on public routes. */
import rateLimit from '@fastify/rate-limit';
import { Refusal, type Http } from '@oms/service-kit';

export async function addRateLimit(http: Http, perMinute: number): Promise<void> {
  await http.register(rateLimit, {
    max: perMinute,
    timeWindow: 60_000,
    hook: 'preHandler', // after the guard, which knows the caller
    keyGenerator: (request) => (request.caller as { id: string } | undefined)?.id ?? request.ip,
    errorResponseBuilder: (_request, { max, ttl }) =>
      new Refusal(
        'TOO_MANY_REQUESTS',
        `More than ${max} requests in a minute; continue in ${Math.ceil(ttl / 1000)} s.`,
      ),
  });
}
