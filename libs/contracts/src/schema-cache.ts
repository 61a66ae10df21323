/** The schemas and ids that a service has stored, so that it starts and continues without a registry. */

/** `subject` is null for a schema that the service only reads. `fingerprint` is that of `schema`, see `fingerprintOf`. */
export type CachedSchema = { schemaId: number; subject: string | null; fingerprint: string; schema: string };

/** `save` keeps the existing rows, and replaces those of the same `schemaId`. */
export type SchemaCache = { load(): Promise<CachedSchema[]>; save(rows: CachedSchema[]): Promise<void> };

/** In memory, for tests and tools. */
export function memorySchemaCache(known: readonly CachedSchema[] = []): SchemaCache {
  const rows = new Map(known.map((row) => [row.schemaId, row]));
  return {
    load: () => Promise.resolve([...rows.values()]),
    save: (saved) => {
      for (const row of saved) rows.set(row.schemaId, row);
      return Promise.resolve();
    },
  };
}
