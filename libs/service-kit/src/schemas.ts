/** Parts of request and reply schemas. `x-rule` says in words what a pattern requires; the validator answers with it. */

import { Type, type TSchema } from 'typebox';

export { Type, type Static } from 'typebox';

/** Upper or lower case. The length excludes the form `urn:uuid:...`, which the format allows and PostgreSQL does not. */
export const Uuid = Type.String({ format: 'uuid', maxLength: 36, examples: ['6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11'] });

/** An amount of money as text with two decimals, at most 10 digits in all, never negative. */
export const Money = Type.String({
  pattern: '^(0|[1-9][0-9]{0,7})\\.[0-9]{2}$',
  'x-rule': 'must be an amount from 0.00 to 99999999.99 with two decimals, such as "12.50"',
  examples: ['12.50'],
});

/** A key that a client makes up for a request, so that it can be repeated. */
export const IdempotencyKey = ({ description }: { description: string }) =>
  Type.String({
    pattern: '^[\\x21-\\x7e]{1,255}$',
    'x-rule': 'must be 1 to 255 visible ASCII characters without blanks',
    description,
  });

/** A character that people can see: no blank, control or format character, no combining mark alone, nothing that is drawn as nothing. */
const visible =
  '[^\\p{White_Space}\\p{Cc}\\p{Cf}\\p{Cs}\\p{M}\\p{Default_Ignorable_Code_Point}\\p{Noncharacter_Code_Point}\\u2800]';
// The look ahead ends at the first visible character, so a long text costs no more than its length.
const linePattern = `^(?=[\\s\\S]*?${visible})[^\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}]+$`;
const linesPattern = `^(?=[\\s\\S]*?${visible})(?:[^\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\p{Cs}]|\\r\\n)+$`;

type TextOptions = { lengthMax: number; description: string };

/** One line of human text. Its length counts Unicode code points, as JSON Schema and PostgreSQL do. */
export function LineText({ lengthMax, description }: TextOptions) {
  return Type.String({
    minLength: 1,
    maxLength: lengthMax,
    pattern: linePattern,
    'x-rule': 'must be one line of text that can be seen, without control characters',
    description,
  });
}

/** Human text that may have line breaks (LF or CRLF). */
export function LinesText({ lengthMax, description }: TextOptions) {
  return Type.String({
    minLength: 1,
    maxLength: lengthMax,
    pattern: linesPattern,
    'x-rule': 'must be text that can be seen, without control characters other than line breaks',
    description,
  });
}

/** A moment as RFC 3339 text; replies are always UTC. */
export const Timestamp = Type.String({ format: 'date-time', examples: ['2026-01-31T12:00:00.000Z'] });

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'The problem type, as a URI' }),
    title: Type.String({ description: 'The problem type, as text' }),
    status: Type.Integer({ description: 'The HTTP status' }),
    detail: Type.String({ description: 'What is wrong, and what to do' }),
    code: Type.String({ description: 'The problem type, as a code for programs', examples: ['VALIDATION_FAILED'] }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          field: Type.String({ description: 'The path of the field', examples: ['items.0.quantity'] }),
          message: Type.String(),
        }),
      ),
    ),
  },
  { description: 'A problem document (RFC 9457); some codes have additional members', additionalProperties: true },
);

/** The query of every list. For more filters: `Type.Object({ ...ListQuery.properties, status: ... })`. */
export const ListQuery = Type.Object({
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50, description: 'Maximum number of entries' }),
  cursor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 2_048,
      description: '`nextCursor` of the previous page; send it with the same filters',
    }),
  ),
});

/** The reply of every list. */
export function ListOf<T extends TSchema>(schema: T) {
  return Type.Object({
    data: Type.Array(schema),
    nextCursor: Type.Union([Type.String(), Type.Null()], { description: 'null on the last page' }),
  });
}

/** Makes each schema a component of the API document, under its name: generated clients have a type for it. For the end of a file of schemas. */
export function nameSchemas(schemas: Readonly<Record<string, TSchema>>): void {
  for (const [title, schema] of Object.entries(schemas)) Object.assign(schema, { title });
}
