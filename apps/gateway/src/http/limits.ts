// Rate limits: before the identity is known, and counting every request, also those without a token and to unknown paths.
import { isIPv6 } from 'node:net';
import rateLimit from '@fastify/rate-limit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bearerToken, Refusal, type Http, type Identity } from '@oms/service-kit';

declare module 'fastify' {
  interface FastifyRequest {
    /** The id of the caller, or an address. */
    countedAs: string;
  }
}

/** @throws Refusal TOO_MANY_REQUESTS */
export type CountRequest = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

const windowMs = 60_000;
/** Callers and addresses that are counted; beyond it the oldest are forgotten. */
const countedMax = 50_000;

/**
 * A caller whose token was verified before is counted by its id. Everybody else is counted by address, and, when the token turns out to
 * be valid, by its id too. Must be added before the routes. Returns the count for
 * requests that reach no hook.
 */
export async function addRateLimit(http: Http, identity: Identity, perMinute: number): Promise<CountRequest> {
  await http.register(rateLimit, {
    global: false,
    max: perMinute,
    timeWindow: windowMs,
    cache: countedMax,
    keyGenerator: (request) => request.countedAs,
  });
  http.decorateRequest('countedAs', '');
  const count = http.createRateLimit();

  const countFirst: CountRequest = async (request, reply) => {
    const token = bearerToken(request.headers.authorization);
    const caller = token === undefined ? undefined : identity.verifiedBefore(token);
    request.countedAs = caller?.id ?? addressOf(request);
    await countOnce(request, reply);
  };
  http.addHook('onRequest', countFirst);

  http.addHook('preHandler', (request, reply, done) => {
    const id = (request.caller as typeof request.caller | undefined)?.id;
    if (id === undefined || request.countedAs === id) {
      done();
      return;
    }
    request.countedAs = id;
    countOnce(request, reply).then(() => done(), done);
  });

  return countFirst;

  async function countOnce(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const state = await count(request);
    if (state.isAllowed || !state.isExceeded) return;
    reply.header('retry-after', String(state.ttlInSeconds));
    throw new Refusal(
      'TOO_MANY_REQUESTS',
      `More than ${perMinute} requests in a minute; continue in ${state.ttlInSeconds} s.`,
    );
  }
}

/** One network of IPv6 is one caller: who has one has 2^64 addresses. */
function addressOf({ ip }: FastifyRequest): string {
  if (!isIPv6(ip) || ip.includes('.')) return ip;
  const [head = '', tail] = ip.split('::');
  const groups = head.split(':').filter(Boolean);
  if (tail !== undefined) {
    const rest = tail.split(':').filter(Boolean);
    while (groups.length + rest.length < 8) groups.push('0');
    groups.push(...rest);
  }
  return `${groups.slice(0, 4).join(':')}::/64`;
}
