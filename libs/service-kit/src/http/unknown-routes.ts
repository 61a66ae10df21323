/** Replies for unknown routes: 404, or 405 with the allowed methods when only the method is wrong. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problemOf, type ProblemCatalogue } from '../problems.ts';
import { cutText } from '../text.ts';
import type { ProblemReplies } from './problem-replies.ts';

const quotedLengthMax = 200;

/** The methods of a path that another server answers; undefined when it is not one of these paths. */
export type MethodsAt = (path: string) => Promise<readonly string[]> | undefined;

/** Must be added before the routes, to learn their methods. */
export function addUnknownRoutes(
  app: FastifyInstance,
  catalogue: ProblemCatalogue,
  replies: ProblemReplies,
  methodsElsewhere?: MethodsAt,
): void {
  const methodsByUrl = new Map<string, Set<string>>();

  app.addHook('onRoute', ({ url, method }) => {
    if (url === '*') return; // preflight requests, for any path
    const methods = methodsByUrl.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    methodsByUrl.set(url, methods);
  });

  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const elsewhere = methodsElsewhere?.(path);
    if (elsewhere === undefined) answer(request, reply, path, methodsAt(path));
    else void elsewhere.then((methods) => answer(request, reply, path, methods));
  });

  function answer(request: FastifyRequest, reply: FastifyReply, path: string, methods: readonly string[]): void {
    const asked = `${request.method} ${cutText(path, quotedLengthMax)}`;
    // A route for files comes here itself when there is no such file.
    if (methods.length === 0 || methods.includes(request.method)) {
      replies.send(reply, problemOf(catalogue, 'NOT_FOUND', `There is no ${asked}.`));
      return;
    }
    reply.header('allow', methods.join(', '));
    replies.send(
      reply,
      problemOf(catalogue, 'METHOD_NOT_ALLOWED', `There is no ${asked}; this path has ${methods.join(', ')}.`),
    );
  }

  function methodsAt(path: string): string[] {
    const found = [...methodsByUrl].filter(([url]) => matches(url, path)).flatMap(([, methods]) => [...methods]);
    return [...new Set(found)].sort();
  }
}

function matches(url: string, path: string): boolean {
  const expected = url.split('/');
  const given = path.split('/');
  if (expected.at(-1) === '*') expected.splice(-1, 1, ...given.slice(expected.length - 1).map(() => ':rest'));
  return expected.length === given.length && expected.every((part, i) => part.startsWith(':') || part === given[i]);
}
