// What a service remembers of the registry, so that it can start and go on while the registry is away.

/** `subject` is null for a schema that was only met while reading. `fingerprint` is that of `schema`, see `fingerprintOf`. */
export type CachedSchema = { schemaId: number; subject: string | null; fingerprint: string; schema: string };

/** `save` keeps rows it already has, and replaces one of the same `schemaId`. */
export type SchemaCache = { load(): Promise<CachedSchema[]>; save(rows: CachedSchema[]): Promise<void> };

/** For tests and tools: forgets everything with the process. */
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
