// The Prisma schema engine on one of our databases: the WebAssembly build, because the native one is no npm package.
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { SchemaEngine } from '@prisma/schema-engine-wasm';
import pg from 'pg';

/**
 * Runs `work` with an engine connected to `databaseUrl`, and disconnects it.
 * `datamodels` are Prisma schemas as `[file name, text]`, needed only by a diff.
 */
export async function withSchemaEngine<T>(
  databaseUrl: string,
  datamodels: [string, string][] | undefined,
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 2,
    connectionTimeoutMillis: 10_000,
    // A server that does not answer must not hold a deployment for ever; no migration should take that long.
    query_timeout: 30 * 60_000,
    keepAlive: true,
  });
  try {
    const adapter = bindMigrationAwareSqlAdapterFactory(wholeScripts(new PrismaPg(pool), pool));
    const engine = await SchemaEngine.new({ datamodels }, () => {}, adapter);
    try {
      return await work(engine);
    } finally {
      engine.free();
    }
  } finally {
    await pool.end();
  }
}

/**
 * Sends a migration to PostgreSQL as it is written. The adapter would cut it at every semicolon, also inside comments and
 * function bodies; sent whole it is one implicit transaction too, so that a migration that fails leaves nothing behind.
 */
function wholeScripts(factory: PrismaPg, pool: pg.Pool): PrismaPg {
  const connect = factory.connect.bind(factory);
  factory.connect = async () =>
    Object.assign(await connect(), {
      executeScript: async (script: string): Promise<void> => {
        await pool.query(script);
      },
    });
  return factory;
}
