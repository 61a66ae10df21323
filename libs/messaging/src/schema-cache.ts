// Schema ids and texts kept in the service's own database, so that it starts and decodes while the registry is away.

import type { CachedSchema, SchemaCache } from '@oms/contracts';
import type pg from 'pg';

export function createSchemaCache(pool: pg.Pool): SchemaCache {
  return {
    async load() {
      const { rows } = await pool.query<CachedSchema>(
        'SELECT "schemaId", "subject", "fingerprint", "schema" FROM messaging.contract_ids ORDER BY "schemaId"',
      );
      return rows;
    },
    async save(found) {
      if (found.length === 0) return;
      // An id means one schema for ever; only the subject it was found under may become known later.
      await pool.query(
        `INSERT INTO messaging.contract_ids ("schemaId", "subject", "fingerprint", "schema")
         SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[])
         ON CONFLICT ("schemaId") DO UPDATE SET "subject" = excluded."subject" WHERE excluded."subject" IS NOT NULL`,
        [
          found.map((row) => row.schemaId),
          found.map((row) => row.subject),
          found.map((row) => row.fingerprint),
          found.map((row) => row.schema),
        ],
      );
    },
  };
}
