/** Converts errors of the validator to those of the API, one for each wrong field: its path with dots, the rule in words, and the value. */

import type { ErrorObject } from '@fastify/ajv-compiler';
import { Refusal } from '../refusal.ts';
import { cutText } from '../text.ts';
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
  // A caller who gives a parameter of a query once does not know that it may be given several times.
  const nameOf = (field: string) => (where === 'query' ? field.replace(/\.\d+$/, '') : field);
  const byField = Map.groupBy(withoutNoise(violations), (violation) => nameOf(fieldOf(violation)) || where);
  const list: FieldError[] = [...byField]
    .slice(0, errorsMax)
    .map(([field, ofField]) => ({ field, message: messageOfField(ofField, where) }));
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
  if (keyword === 'additionalProperties') segments.push(cutText(String(params['additionalProperty']), quotedLengthMax));
  return segments.join('.');
}

// Of several rules that one value breaks, the first of these is the fault; the others follow from it.
const ranks = ['type', 'enum', 'const', 'anyOf', 'oneOf', 'maxLength', 'minLength', 'pattern', 'format'];

function messageOfField(violations: readonly ErrorObject[], where: string): string {
  const [first] = violations.toSorted((a, b) => rankOf(a) - rankOf(b));
  const bound = violations.find(({ keyword }) => keyword === 'minimum' || keyword === 'maximum');
  if (first?.keyword === 'type' && bound !== undefined) {
    return `must be ${withArticle(String(first.params['type']))} and ${boundOf(bound)}, not ${quote(first.data)}`;
  }
  return first === undefined ? 'is not valid' : messageOf(first, where);
}

function rankOf({ keyword }: ErrorObject): number {
  const rank = ranks.indexOf(keyword);
  return rank === -1 ? ranks.length : rank;
}

function boundOf({ params }: ErrorObject): string {
  return `${params['comparison']} ${params['limit']}`;
}

function messageOf(violation: ErrorObject, where: string): string {
  const { keyword, params, data, parentSchema = {}, message } = violation;
  const quoted = quote(data);
  switch (keyword) {
    case 'required':
      return 'is missing';
    case 'additionalProperties':
      return `is unknown; known fields are ${fieldsOf(parentSchema) || 'none'}`;
    case 'minProperties':
      return `must have at least ${params['limit']} of the fields ${fieldsOf(parentSchema)}`;
    case 'enum':
      return `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}, not ${quoted}`;
    case 'const':
      return `must be ${quote(params['allowedValue'])}, not ${quoted}`;
    case 'type':
      return data === null && where === 'body' && violation.instancePath === ''
        ? `must be ${withArticle(String(params['type']))}; send one with content-type application/json`
        : `must be ${withArticle(String(params['type']))}, not ${quoted}`;
    case 'minLength':
    case 'maxLength':
      return `must have ${lengthsOf(parentSchema)} characters, not ${[...String(data)].length}`;
    case 'format':
      return `must be a ${String(params['format'])}, not ${quoted}${plusHint(data, where)}`;
    case 'pattern':
      return `${ruleOf(parentSchema)}, not ${quoted}`;
    case 'anyOf':
    case 'oneOf': {
      const choices = choicesOf(violation);
      return choices ? `must be one of ${choices}, not ${quoted}` : 'matches none of the allowed schemas';
    }
    default:
      return typeof data === 'object' && data !== null ? String(message) : `${String(message)}, not ${quoted}`;
  }
}

function fieldsOf(schema: Record<string, unknown>): string {
  return Object.keys(schema['properties'] ?? {}).join(', ');
}

function lengthsOf(schema: Record<string, unknown>): string {
  const { minLength = 0, maxLength } = schema as { minLength?: number; maxLength?: number };
  if (maxLength === undefined) return `at least ${minLength}`;
  return minLength === maxLength ? String(maxLength) : `${minLength} to ${maxLength}`;
}

/** In words: a regular expression tells a caller nothing. */
function ruleOf(schema: Record<string, unknown>): string {
  const { 'x-rule': rule, examples } = schema;
  if (typeof rule === 'string') return rule;
  const shown = Array.isArray(examples) ? examples.map(quote).join(' or ') : '';
  return shown === '' ? 'must be in the form that the API document describes' : `must look like ${shown}`;
}

/** In a query, a plus sign that is not escaped means a blank. */
function plusHint(data: unknown, where: string): string {
  const isZone = where === 'query' && typeof data === 'string' && / \d\d:?\d\d$/.test(data);
  return isZone ? '; in a URL, write the plus sign of the zone as %2B' : '';
}

function withArticle(types: string): string {
  const noun = types.replaceAll(',', ' or ');
  return noun === 'null' ? noun : /^[aeio]/.test(noun) ? `an ${noun}` : `a ${noun}`;
}

function quote(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'nothing';
  const shown = value.length > quotedLengthMax ? `${cutText(value, quotedLengthMax)}...` : value;
  return JSON.stringify(shown).replace(invisible, escapeOf);
}

// All but the two that join and color emoji.
const invisible = /(?![\u200d\ufe0f])[\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\x7f-\x9f]/gu;

function escapeOf(character: string): string {
  return character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
