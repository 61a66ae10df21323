// The body limit of each route follows from its schema: a few times the largest valid body, and never more than that of the process.

import type { FastifyInstance } from 'fastify';
import { closeObjects } from './validation.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A body with more fields than this is refused before it is parsed; follows from the schema of the body. */
    bodyFieldsMax?: number;
  }
}

/** Of the largest valid body, without blanks and escapes. */
export type Size = { bytes: number; fields: number };

type Schema = { readonly [keyword: string]: unknown };

/** A letter as an escape is 12 bytes and not 4; the rest is for blanks. */
const spelling = 3;
const bytesMin = 4_096;
const fieldsMin = 100;
const lengths: Readonly<Record<string, number>> = { uuid: 36, 'date-time': 40, date: 10, time: 20 };
/** A repetition without an upper bound. */
const endless = /[*+]|\{\d+,\}/;
/** More than any pattern of ours without one matches. */
const patternLengthMax = 256;
const numberBytes = 24;
const literalBytes = 5;
const escapedBytes = 4;

/** Must be added before the routes. A route with a `bodyLimit` of its own keeps it. */
export function addBodyLimits(app: FastifyInstance, limitBytes: number): void {
  app.addHook('onRoute', (route) => {
    if (route.method === 'GET' || route.method === 'HEAD') return;
    // Without any schema the bodies are not ours: the gateway forwards them.
    if (route.schema === undefined) return;
    const { body } = route.schema;
    const largest = body === undefined ? { bytes: 0, fields: 0 } : largestOf(closeObjects(body));
    if (largest === undefined) return;
    route.bodyLimit ??= Math.min(limitBytes, Math.max(bytesMin, spelling * largest.bytes));
    route.config = { ...route.config, bodyFieldsMax: Math.max(fieldsMin, spelling * largest.fields) };
  });
}

/** Undefined when the schema sets no limit somewhere. */
export function largestOf(schema: unknown): Size | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined;
  const { anyOf, oneOf, allOf, type } = schema as Schema;
  if ('const' in schema) return textSize(JSON.stringify(schema.const));
  if ('enum' in schema && Array.isArray(schema.enum))
    return most(schema.enum.map((one) => textSize(JSON.stringify(one))));
  if (Array.isArray(anyOf)) return most(anyOf.map(largestOf));
  if (Array.isArray(oneOf)) return most(oneOf.map(largestOf));
  if (Array.isArray(allOf)) return sum(allOf.map(largestOf));
  if (Array.isArray(type)) return most(type.map((one: unknown) => largestOf({ ...schema, type: one })));
  if (type === 'object') return ofObject(schema as Schema);
  if (type === 'array') return ofArray(schema as Schema);
  if (type === 'string') return ofString(schema as Schema);
  if (type === 'integer' || type === 'number') return { bytes: numberBytes, fields: 0 };
  if (type === 'boolean' || type === 'null') return { bytes: literalBytes, fields: 0 };
  return undefined;
}

function ofObject({ properties = {}, additionalProperties }: Schema): Size | undefined {
  if (additionalProperties !== false) return undefined;
  return sum(
    Object.entries(properties as Schema).map(([name, schema]) => {
      const value = largestOf(schema);
      return value && { bytes: value.bytes + name.length + '"":,'.length, fields: value.fields + 1 };
    }),
  );
}

function ofArray({ items, maxItems }: Schema): Size | undefined {
  const item = largestOf(items);
  if (item === undefined || typeof maxItems !== 'number') return undefined;
  return { bytes: maxItems * (item.bytes + 1) + 2, fields: maxItems * item.fields };
}

function ofString({ maxLength, format, pattern }: Schema): Size | undefined {
  const byPattern = typeof pattern === 'string' && !endless.test(pattern) ? patternLengthMax : undefined;
  const length = typeof maxLength === 'number' ? maxLength : (lengths[String(format)] ?? byPattern);
  return length === undefined ? undefined : { bytes: escapedBytes * length + 2, fields: 0 };
}

function textSize(text: string): Size {
  return { bytes: Buffer.byteLength(text), fields: 0 };
}

function sum(sizes: (Size | undefined)[]): Size | undefined {
  const total = { bytes: 2, fields: 0 };
  for (const size of sizes) {
    if (size === undefined) return undefined;
    total.bytes += size.bytes;
    total.fields += size.fields;
  }
  return total;
}

function most(sizes: (Size | undefined)[]): Size | undefined {
  const largest = { bytes: 0, fields: 0 };
  for (const size of sizes) {
    if (size === undefined) return undefined;
    largest.bytes = Math.max(largest.bytes, size.bytes);
    largest.fields = Math.max(largest.fields, size.fields);
  }
  return largest;
}
