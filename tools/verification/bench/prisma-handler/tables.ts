// The handler's own database: its tables, as `prisma migrate` would make them from the schema, and its menu.
import pg from 'pg';

const tables = `
CREATE TABLE items (id uuid PRIMARY KEY, name text NOT NULL UNIQUE, quantity integer NOT NULL CHECK (quantity >= 0), price decimal(10, 2) NOT NULL);
CREATE TABLE orders (
  id uuid PRIMARY KEY, "customerId" uuid NOT NULL, "idempotencyKey" text NOT NULL, status text NOT NULL DEFAULT 'PENDING',
  "totalAmount" decimal(10, 2) NOT NULL, items jsonb NOT NULL, "deliveryAddress" jsonb NOT NULL,
  "createdAt" timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP, "promisedDeliveryAt" timestamptz NOT NULL,
  UNIQUE ("customerId", "idempotencyKey"));
CREATE INDEX ON orders ("createdAt");
CREATE TABLE outbox (
  id bigserial PRIMARY KEY, topic text NOT NULL, "aggregateId" uuid NOT NULL, payload jsonb NOT NULL,
  "createdAt" timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP);`;

const menu = `
INSERT INTO items (id, name, quantity, price) SELECT id, 'Dish ' || id, 2000000000, 12.50 FROM unnest($1::uuid[]) AS id`;

/** Returns the address of the database it has made. */
export async function makeTables(adminDatabaseUrl: string, itemIds: readonly string[]): Promise<string> {
  const url = new URL(adminDatabaseUrl);
  const admin = new pg.Client({ connectionString: url.href });
  await admin.connect();
  await admin.query('CREATE DATABASE bench_prisma').finally(() => admin.end());
  url.pathname = '/bench_prisma';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(tables);
    await client.query(menu, [itemIds]);
  } finally {
    await client.end();
  }
  return url.href;
}

/** What does not add up; empty when every accepted order is there once and its stock is gone. */
export async function tablesWrong(databaseUrl: string, accepted: number): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ orders: number; messages: number; taken: number }>(`
SELECT (SELECT count(*)::int FROM orders) AS orders, (SELECT count(*)::int FROM outbox) AS messages,
       (SELECT sum(2000000000 - quantity)::int FROM items) AS taken`);
    return Object.entries(rows[0] ?? {}).flatMap(([what, n]) =>
      n === accepted ? [] : [`the Prisma handler accepted ${accepted} orders and has ${n} ${what}`],
    );
  } finally {
    await client.end();
  }
}
