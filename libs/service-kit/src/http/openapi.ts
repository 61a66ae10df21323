/** The API document of the service, generated from the schemas and roles that its routes enforce. */

import { STATUS_CODES } from 'node:http';
import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import { problemOf, problemType, type ProblemCatalogue } from '../problems.ts';
import { ProblemSchema } from '../schemas.ts';
import { withComponents } from './components.ts';
import { rolesOf } from './guard.ts';
import { headersOf } from './reply-headers.ts';
import { closeObjects } from './validation.ts';

export type ApiDocument = Record<string, unknown>;

type ObjectSchema = { properties?: Record<string, object>; required?: string[] };
type OpenApiOptions = { name: string; description: string; version: string; problems: ProblemCatalogue };

const problemReference = { $ref: '#/components/schemas/Problem' };

/** Must be registered before the routes that it describes. */
export async function addOpenApi(
  app: FastifyInstance,
  { name, description, version, problems }: OpenApiOptions,
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: name, description, version },
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
        schemas: { Problem: { ...ProblemSchema } as object },
        examples: examplesOf(problems),
      },
    },
    transformObject: (described) =>
      withComponents('openapiObject' in described ? { ...described.openapiObject } : {}) as object,
    transform: ({ schema, url, route }) => ({ schema: describe(schema, route, problems), url }),
  });
}

function describe(schema: FastifySchema | undefined, route: RouteOptions, catalogue: ProblemCatalogue): FastifySchema {
  // Routes for machines, and pages, are not part of the API.
  if (!route.url.startsWith('/v1/') && !route.url.startsWith('/internal/')) return { hide: true };
  const roles = rolesOf(route);
  const described: FastifySchema = { ...schema };
  if (described.body !== undefined) described.body = closeObjects(described.body);
  if (described.querystring !== undefined) {
    described.querystring = withOptionalDefaults(closeObjects(described.querystring) as ObjectSchema);
  }
  const replies = Object.entries((schema?.response ?? {}) as Record<string, object>).map(([status, reply]) => {
    const description = { 'x-response-description': descriptionOf(reply) ?? STATUS_CODES[status] };
    return [status, { ...description, ...reply, headers: headersOf(status, route.config?.replyHeaders) }] as const;
  });
  described.response = {
    ...Object.fromEntries(replies),
    ...problemResponses(codesOf(route, roles !== 'public'), catalogue),
  };
  if (roles !== 'public') {
    described.security = [{ bearer: [] }];
    const note = `Roles: ${roles.join(', ')}.`;
    described.description = described.description ? `${described.description}\n\n${note}` : note;
  }
  return described;
}

function descriptionOf({ description }: { description?: string }): string | undefined {
  return description;
}

/** A parameter with a default is required in the schema, because the validator adds it; in the document it is optional. */
function withOptionalDefaults(schema: ObjectSchema): ObjectSchema {
  const required = (schema.required ?? []).filter((name) => !('default' in (schema.properties?.[name] ?? {})));
  return { ...schema, required };
}

function codesOf(route: RouteOptions, guarded: boolean): string[] {
  const { body, querystring, params, headers } = route.schema ?? {};
  const codes = guarded ? ['UNAUTHENTICATED', 'FORBIDDEN'] : [];
  if (body ?? querystring ?? params ?? headers) codes.push('VALIDATION_FAILED');
  if (body !== undefined) codes.push('MALFORMED_BODY', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE');
  if (params !== undefined) codes.push('NOT_FOUND');
  return [...codes, ...(route.config?.problems ?? [])];
}

function problemResponses(codes: string[], catalogue: ProblemCatalogue): Record<string, object> {
  const unknown = codes.find((code) => catalogue[code] === undefined);
  if (unknown !== undefined) throw new Error(`The problem ${unknown} is not in the catalogue; add it there.`);
  const byStatus = Map.groupBy(new Set(codes), (code) => String(catalogue[code]!.status));
  const responses = [...byStatus].map(([status, ofStatus]) => {
    const lines = ofStatus.map((code) => `\`${code}\` (${problemType(code)}): ${catalogue[code]!.title}`);
    return [status, problemResponse(status, lines.join('\n\n'), ofStatus)] as const;
  });
  return { ...Object.fromEntries(responses), default: problemResponse('default', 'Any other problem', ['INTERNAL']) };
}

function problemResponse(status: string, description: string, codes: readonly string[]): object {
  const examples = codes.map((code) => [code, { $ref: `#/components/examples/${code}` }] as const);
  const content = { schema: problemReference, examples: Object.fromEntries(examples) };
  return { description, headers: headersOf(status), content: { 'application/problem+json': content } };
}

/** The example of a problem is a component, as most problems have many routes. */
function examplesOf(catalogue: ProblemCatalogue): Record<string, object> {
  const examples = Object.entries(catalogue).map(([code, { title, example }]) => {
    const { detail = `${title}.`, ...members } = example ?? {};
    return [code, { summary: title, value: problemOf(catalogue, code, detail, members) }] as const;
  });
  return Object.fromEntries(examples);
}
