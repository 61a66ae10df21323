/** Validates requests against their schemas: unknown fields are refused; types are converted in queries and paths, never in bodies. */

import AjvCompiler, { type ErrorObject } from '@fastify/ajv-compiler';
import type { Refusal } from '../refusal.ts';
import { convertValues } from './query-values.ts';
import { validationError } from './validation-errors.ts';

type Schemas = Record<string, object>;
type Part = { schema: unknown; httpPart: string };
type Validate = ((data: unknown) => unknown) & { errors?: ErrorObject[] | null };

const shared = {
  strict: true,
  allowUnionTypes: true,
  removeAdditional: false,
  useDefaults: true,
  verbose: true,
  coerceTypes: false,
  keywords: ['x-rule'],
} as const;
// With more values than this only the first error is reported: reporting 100,000 would delay all other requests.
const thoroughValuesMax = 1_000;

const build = AjvCompiler();

/** Fastify's `schemaController.compilersFactory.buildValidator`. */
// According to its type the compiler is called with a schema; in fact it is called with a part of a route.
export const validatorFactory = buildValidator as unknown as AjvCompiler.BuildCompilerFromPool;

function buildValidator(schemas: Schemas): (part: Part) => (data: unknown) => unknown {
  const compilerFor = (allErrors: boolean) => {
    let compile: ReturnType<typeof build> | undefined;
    return (schema: unknown) => {
      compile ??= build(schemas, { customOptions: { ...shared, keywords: [...shared.keywords], allErrors } });
      return compile({ schema }) as unknown as Validate;
    };
  };
  const quick = compilerFor(false);
  const thorough = compilerFor(true);

  return ({ schema, httpPart }) => {
    const closed = httpPart === 'headers' ? schema : closeObjects(schema);
    const isText = httpPart === 'querystring' || httpPart === 'params';
    const check = quick(closed);
    let explain: Validate | undefined; // compiled at the first error, which most routes never see
    return (given: unknown) => {
      const data = isText ? convertValues(schema, given) : given;
      if (check(data) === true) return { value: data };
      let violations = check.errors ?? [];
      if (countValues(data, thoroughValuesMax) < thoroughValuesMax) {
        explain ??= thorough(closed);
        if (explain(data) !== true) violations = explain.errors ?? violations;
      }
      return { error: validationError(violations, httpPart) };
    };
  };
}

/**
 * Checks values that are not a part of a request, such as the lines of a file, with the rules and messages of a body.
 *
 * @param options `fromText`: convert texts to the types of the schema, as in a query
 */
export function createCheck(schema: object, { fromText }: { fromText: boolean }): (data: unknown) => Checked {
  const check = buildValidator({})({ schema, httpPart: fromText ? 'querystring' : 'body' });
  return (data) => check(data) as Checked;
}
export type Checked = { value: unknown; error?: undefined } | { error: Refusal; value?: undefined };

/** The schema with `additionalProperties: false` in every object that does not set it and is not part of a combination. */
export function closeObjects(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closeObjects);
  if (typeof schema !== 'object' || schema === null) return schema;
  const combined = 'allOf' in schema;
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties' || key === '$defs') {
      result[key] = Object.fromEntries(Object.entries(value as object).map(([name, sub]) => [name, closeObjects(sub)]));
    } else {
      // Each part of an allOf knows only its own fields, so none may be closed.
      const opaque = key === 'allOf' || key === 'enum' || key === 'const' || key === 'default' || key === 'examples';
      result[key] = opaque ? value : closeObjects(value);
    }
  }
  if (result['type'] === 'object' && !combined && 'properties' in result && !('additionalProperties' in result)) {
    result['additionalProperties'] = false;
  }
  return result;
}

function countValues(data: unknown, max: number): number {
  const pending: unknown[] = [data];
  let count = 0;
  while (pending.length > 0 && count < max) {
    const value = pending.pop();
    count += 1;
    if (typeof value === 'object' && value !== null) {
      const children: unknown[] = Object.values(value);
      if (children.length > max) return max;
      pending.push(...children);
    }
  }
  return count;
}
