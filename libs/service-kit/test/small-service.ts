// A small service for tests: a few routes of the kit's HTTP server; the token of a caller is the name of its role.
import { randomUUID } from 'node:crypto';
import { createHttp, createLogger, createMetrics, Refusal, Type, type Caller, type HttpOptions } from '../src/index.ts';

const roles = ['customer', 'staff', 'admin', 'service'] as const;

/** The token is the caller's role: these tests are about HTTP, and not about the verification of tokens. */
const wordIdentity: HttpOptions['identity'] = {
  verify(token): Caller {
    const role = roles.find((known) => known === token);
    if (role === undefined) throw new Refusal('UNAUTHENTICATED', 'The bearer token is not accepted.');
    return { id: randomUUID(), role };
  },
  verifiedBefore: () => undefined,
  ready: () => Promise.resolve(true),
};

const Dish = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 20 }),
  count: Type.Integer({ minimum: 1 }),
  note: Type.Optional(Type.String()),
});

export async function openSmallService(over: Partial<HttpOptions> = {}) {
  const http = await createHttp({
    name: 'small',
    description: 'Dishes.',
    version: '0.1.0',
    problems: {
      SOLD_OUT: { status: 409, title: 'There is none left' },
      LATER: { status: 503, title: 'Later', retryAfterSeconds: 7 },
    },
    identity: wordIdentity,
    logger: createLogger({ name: 'small', level: 'silent' }),
    metrics: createMetrics('small'),
    ready: {},
    bodyLimitBytes: 2_000,
    ...over,
  });
  http.post(
    '/v1/dishes',
    { config: { roles: ['staff', 'admin'], problems: ['SOLD_OUT'] }, schema: { body: Dish } },
    (request) => ({ ...request.body, by: request.caller.role }),
  );
  http.get(
    '/v1/dishes/:id',
    {
      config: { public: true },
      schema: {
        params: Type.Object({ id: Type.Integer() }),
        querystring: Type.Object({ limit: Type.Integer({ minimum: 1, default: 50 }) }),
      },
    },
    (request) => ({ ...request.params, ...request.query }),
  );
  http.get('/v1/failures/:kind', { config: { public: true } }, (request) => {
    const { kind } = request.params as { kind: string };
    if (kind === 'sold-out') {
      throw new Refusal('SOLD_OUT', 'There is no soup left.', { left: 0, status: 200, code: 'FORGED' });
    }
    if (kind === 'later') throw new Refusal('LATER', 'Come back later.');
    if (kind === 'unlisted') throw new Refusal('NOT_IN_THE_CATALOGUE', 'secret detail');
    throw new Error('the password is hunter2');
  });
  return http;
}

export type SmallService = Awaited<ReturnType<typeof openSmallService>>;
