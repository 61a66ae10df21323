/** Every route says who may call it; one that says nothing can't be registered. */

import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Caller, Identity, Role } from '../identity/identity.ts';
import { Refusal } from '../refusal.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The roles that may call the route; the caller is then in `request.caller`. */
    roles?: readonly Role[];
    /** Anybody may call the route. */
    public?: true;
    /** Codes of the problem catalogue that this route answers, beside those every route has; for the API documents. */
    problems?: readonly string[];
  }
  interface FastifyRequest {
    /** Who is calling, on every route with `config.roles`. */
    caller: Caller;
  }
}

type Done = (error?: Error) => void;

export function addGuard(app: FastifyInstance, identity: Identity): void {
  app.decorateRequest('caller', undefined as unknown as Caller);
  app.addHook('onRoute', (route) => {
    const roles = rolesOf(route);
    if (roles === 'public') return;
    // The first hook of the route: nothing is read or asked for a caller who may not be here.
    route.onRequest = [guardOf(roles, identity), ...[route.onRequest ?? []].flat()];
  });
}

/** The roles a route names, or that it is public. HEAD twins carry the config of their GET route. */
export function rolesOf(route: Pick<RouteOptions, 'method' | 'url' | 'config'>): readonly Role[] | 'public' {
  const name = `${String(route.method)} ${route.url}`;
  const { roles, public: isPublic } = route.config ?? {};
  if (roles !== undefined && isPublic) throw new Error(`The route ${name} has roles and is public; say only one.`);
  if (roles?.length === 0) throw new Error(`The route ${name} has an empty list of roles; name at least one.`);
  // The cors plugin's preflight route: it has no handler of ours behind it, and answers no more than headers.
  if (isPublic || name === 'OPTIONS *') return 'public';
  if (roles !== undefined) return roles;
  throw new Error(
    `The route ${name} does not say who may call it; give it config: { roles: [...] } or config: { public: true }.`,
  );
}

function guardOf(roles: readonly Role[], identity: Identity) {
  return function guard(request: FastifyRequest, _reply: FastifyReply, done: Done): void {
    const token = bearerToken(request.headers.authorization);
    if (token === undefined) {
      done(new Refusal('UNAUTHENTICATED', 'A bearer token is needed: send it as "Authorization: Bearer <token>".'));
      return;
    }
    let caller: Caller | Promise<Caller>;
    try {
      caller = identity.verify(token);
    } catch (error) {
      done(error as Error);
      return;
    }
    if (caller instanceof Promise) caller.then((known) => admit(known, request, done), done);
    else admit(caller, request, done);
  };

  function admit(caller: Caller, request: FastifyRequest, done: Done): void {
    request.caller = caller;
    if (roles.includes(caller.role)) done();
    else done(new Refusal('FORBIDDEN', `The role ${caller.role} may not do this; it takes ${roles.join(' or ')}.`));
  }
}

function bearerToken(header: string | undefined): string | undefined {
  // RFC 9110 11.1: the scheme's name is case-insensitive.
  const match = header === undefined ? null : /^bearer +([^\s,]+)$/i.exec(header);
  return match?.[1];
}
