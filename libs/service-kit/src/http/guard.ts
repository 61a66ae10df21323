/** Every route names the roles that may call it; a route without roles cannot be registered. */

import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Caller, Role } from '../identity/caller.ts';
import type { Identity } from '../identity/identity.ts';
import { Refusal } from '../refusal.ts';
import type { ReplyHeader } from './reply-headers.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The roles that may call the route; its handler finds the caller in `request.caller`. */
    roles?: readonly Role[];
    /** Anyone may call the route, without a token. */
    public?: true;
    /** Problem codes of this route, besides those of every route; for the API document. */
    problems?: readonly string[];
    /** Headers of the successful replies of this route; for the API document. */
    replyHeaders?: readonly ReplyHeader[];
  }
  interface FastifyRequest {
    /** The caller; on every route with `config.roles`. */
    caller: Caller;
  }
}

type Done = (error?: Error) => void;

export function addGuard(app: FastifyInstance, identity: Identity): void {
  app.decorateRequest('caller', undefined as unknown as Caller);
  app.addHook('onRoute', (route) => {
    const roles = rolesOf(route);
    if (roles === 'public') return;
    // The first hook of the route: for a caller without permission nothing is read or requested.
    route.onRequest = [guardOf(roles, identity), ...[route.onRequest ?? []].flat()];
  });
}

/** The roles of a route, or that it is public. A HEAD route has the config of its GET route. */
export function rolesOf(route: Pick<RouteOptions, 'method' | 'url' | 'config'>): readonly Role[] | 'public' {
  const name = `${String(route.method)} ${route.url}`;
  const { roles, public: isPublic } = route.config ?? {};
  if (roles !== undefined && isPublic)
    throw new Error(`The route ${name} has roles and is public; it must have only one of them.`);
  if (roles?.length === 0) throw new Error(`The route ${name} has an empty list of roles; name at least one.`);
  // The preflight route of the CORS plugin: it answers headers only.
  if (isPublic || name === 'OPTIONS *') return 'public';
  if (roles !== undefined) return roles;
  throw new Error(`The route ${name} names no roles; give it config: { roles: [...] } or config: { public: true }.`);
}

function guardOf(roles: readonly Role[], identity: Identity) {
  return function guard(request: FastifyRequest, _reply: FastifyReply, done: Done): void {
    const token = bearerToken(request.headers.authorization);
    if (token === undefined) {
      done(new Refusal('UNAUTHENTICATED', 'A bearer token is required: send it as "Authorization: Bearer <token>".'));
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
    else
      done(
        new Refusal('FORBIDDEN', `The role ${caller.role} may not do this; the route requires ${roles.join(' or ')}.`),
      );
  }
}

export function bearerToken(header: string | undefined): string | undefined {
  // RFC 9110 11.1: the scheme's name is case-insensitive.
  const match = header === undefined ? null : /^bearer +([^\s,]+)$/i.exec(header);
  return match?.[1];
}
