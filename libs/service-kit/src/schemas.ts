/** Parts of request and reply schemas. */

import { Type, type TSchema } from 'typebox';

export { Type, type Static } from 'typebox';

/** Upper or lower case. The length excludes the form `urn:uuid:...`, which the format allows and PostgreSQL does not. */
export const Uuid = Type.String({ format: 'uuid', maxLength: 36, examples: ['6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11'] });

/** An amount of money as text with two decimals, at most 10 digits in all, never negative. */
export const Money = Type.String({ pattern: '^(0|[1-9][0-9]{0,7})\\.[0-9]{2}$', examples: ['12.50'] });

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
    Type.String({ minLength: 1, maxLength: 512, description: '`nextCursor` of the previous page' }),
  ),
});

/** The reply of every list. */
export function ListOf<T extends TSchema>(schema: T) {
  return Type.Object({
    data: Type.Array(schema),
    nextCursor: Type.Union([Type.String(), Type.Null()], { description: 'null on the last page' }),
  });
}
