/** The pieces that every request and reply schema is made of. */

import { Type, type TSchema } from 'typebox';

export { Type, type Static } from 'typebox';

/** In either case of letters; the format alone would take `urn:uuid:` before it, which PostgreSQL does not read. */
export const Uuid = Type.String({ format: 'uuid', maxLength: 36, examples: ['6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11'] });

/** An amount of money as text with two decimals, at most 10 digits in all, never negative. */
export const Money = Type.String({ pattern: '^(0|[1-9][0-9]{0,7})\\.[0-9]{2}$', examples: ['12.50'] });

/** A moment as RFC 3339 text; replies are always UTC. */
export const Timestamp = Type.String({ format: 'date-time', examples: ['2026-01-31T12:00:00.000Z'] });

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'The kind of problem, as a URI' }),
    title: Type.String({ description: 'The kind of problem, in words' }),
    status: Type.Integer({ description: 'The HTTP status' }),
    detail: Type.String({ description: 'What went wrong this time, and the way out' }),
    code: Type.String({ description: 'The kind of problem, for programs', examples: ['VALIDATION_FAILED'] }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          field: Type.String({ description: 'The path of the field', examples: ['items.0.quantity'] }),
          message: Type.String(),
        }),
      ),
    ),
  },
  { description: 'A problem as in RFC 9457; some codes add members of their own', additionalProperties: true },
);

/** The query of every list. For more filters: `Type.Object({ ...ListQuery.properties, status: ... })`. */
export const ListQuery = Type.Object({
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50, description: 'How many at most' }),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 512, description: '`nextCursor` of the page before' })),
});

/** The reply of every list. */
export function ListOf<T extends TSchema>(schema: T) {
  return Type.Object({
    data: Type.Array(schema),
    nextCursor: Type.Union([Type.String(), Type.Null()], { description: 'null on the last page' }),
  });
}
