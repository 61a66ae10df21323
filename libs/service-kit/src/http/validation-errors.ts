/** Converts errors of the validator to those of the API: the path of the field with dots, the rule, and the value. */

import type { ErrorObject } from '@fastify/ajv-compiler';
import { Refusal } from '../refusal.ts';
import type { FieldError } from '../problems.ts';

const errorsMax = 20;
const quotedLengthMax = 40;
const partNames: Record<string, string> = {
  body: 'body',
  querystring: 'query',
  params: 'path',
  headers: 'headers',
};

/** @param part Fastify's name of the part of the request: body, querystring, params or headers */
export function validationError(violations: readonly ErrorObject[], part: string): Refusal {
  const where = partNames[part] ?? part;
  const errors = new Map<string, FieldError>();
  for (const violation of withoutNoise(violations)) {
    const field = fieldOf(violation) || where;
    const message = messageOf(violation, where);
    if (errors.size < errorsMax) errors.set(`${field} ${message}`, { field, message });
  }
  const list = [...errors.values()];
  const first = list[0];
  const summary = first === undefined ? 'it does not match the schema' : `${first.field} ${first.message}`;
  const more = list.length > 1 ? ` (and ${list.length - 1} more, see errors)` : '';
  return new Refusal('VALIDATION_FAILED', `The ${where} is invalid: ${summary}${more}.`, { errors: list });
}

// A failed choice is reported with the errors of all its branches. Where possible, "must be one of" replaces them.
function withoutNoise(violations: readonly ErrorObject[]): ErrorObject[] {
  const choices = violations.filter((violation) => violation.keyword === 'anyOf' || violation.keyword === 'oneOf');
  return violations.filter((violation) => {
    if (violation.keyword === 'if') return false;
    const choice = choices.find((c) => c !== violation && violation.schemaPath.startsWith(`${c.schemaPath}/`));
    if (choice) return !choicesOf(choice) && !isPlainTypeError(violation, choice);
    return !choices.includes(violation) || choicesOf(violation) !== undefined || !hasDeeper(violations, violation);
  });
}

function hasDeeper(violations: readonly ErrorObject[], choice: ErrorObject): boolean {
  return violations.some((f) => f.schemaPath.startsWith(`${choice.schemaPath}/`) && !isPlainTypeError(f, choice));
}

function isPlainTypeError(violation: ErrorObject, choice: ErrorObject): boolean {
  return violation.keyword === 'type' && violation.instancePath === choice.instancePath;
}

/** The values or types of a choice that consists only of such. */
function choicesOf(choice: ErrorObject): string | undefined {
  const branches: unknown = choice.schema;
  if (!Array.isArray(branches)) return undefined;
  const texts = branches.map((branch: { const?: unknown; type?: unknown; properties?: unknown }) => {
    if (branch.const !== undefined)
      return typeof branch.const === 'string' ? branch.const : JSON.stringify(branch.const);
    return Object.keys(branch).every((key) => key === 'type') ? String(branch.type) : undefined;
  });
  return texts.every((text) => text !== undefined) ? texts.join(', ') : undefined;
}

function fieldOf({ instancePath, keyword, params }: ErrorObject): string {
  const segments = instancePath
    .split('/')
    .slice(1)
    .map((s) => s.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (keyword === 'required') segments.push(String(params['missingProperty']));
  if (keyword === 'additionalProperties') segments.push(String(params['additionalProperty']).slice(0, quotedLengthMax));
  return segments.join('.');
}

function messageOf(violation: ErrorObject, where: string): string {
  const { keyword, params, data, parentSchema, message } = violation;
  const quoted = quote(data);
  switch (keyword) {
    case 'required':
      return 'is missing';
    case 'additionalProperties':
      return `is unknown; known fields are ${Object.keys((parentSchema?.['properties'] ?? {}) as object).join(', ') || 'none'}`;
    case 'enum':
      return `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}, not ${quoted}`;
    case 'const':
      return `must be ${quote(params['allowedValue'])}, not ${quoted}`;
    case 'type':
      return data === null && where === 'body' && violation.instancePath === ''
        ? `must be ${withArticle(String(params['type']))}; send one with content-type application/json`
        : `must be ${withArticle(String(params['type']))}, not ${quoted}`;
    case 'format':
      return `must be a ${String(params['format'])}, not ${quoted}`;
    case 'pattern':
      return `must look like ${examplesOf(parentSchema) ?? String(params['pattern'])}, not ${quoted}`;
    case 'anyOf':
    case 'oneOf': {
      const choices = choicesOf(violation);
      return choices ? `must be one of ${choices}, not ${quoted}` : 'matches none of the allowed schemas';
    }
    default:
      return typeof data === 'object' && data !== null ? String(message) : `${String(message)}, not ${quoted}`;
  }
}

function examplesOf(schema: Record<string, unknown> | undefined): string | undefined {
  const examples = schema?.['examples'];
  return Array.isArray(examples) && examples.length > 0 ? examples.map(quote).join(' or ') : undefined;
}

function withArticle(types: string): string {
  const noun = types.replaceAll(',', ' or ');
  return noun === 'null' ? noun : /^[aeio]/.test(noun) ? `an ${noun}` : `a ${noun}`;
}

function quote(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > quotedLengthMax ? `${text.slice(0, quotedLengthMax)}..."` : text;
}
