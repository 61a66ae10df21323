import { describe, expect, test } from 'vitest';
import { createDatabase } from '@oms/test-kit';
import { databaseServices, migrationDirs } from '../databases.ts';
import { drift } from '../drift.ts';
import { migrate } from '../migrate.ts';

describe.each(databaseServices)('%s', (service) => {
  test('the migrations make the tables that the Prisma schema describes', async () => {
    const { databaseUrl, drop } = await createDatabase(service);
    try {
      expect(await drift(databaseUrl, service)).toEqual([]);
    } finally {
      await drop();
    }
  });

  test('a migrated database has nothing left to apply', async () => {
    const { databaseUrl, drop } = await createDatabase(service);
    try {
      expect(await migrate({ databaseUrl, migrationDirs: migrationDirs(service) })).toEqual([]);
    } finally {
      await drop();
    }
  });
});

test('a column that only one of the two has is reported', async () => {
  const { databaseUrl, pool, drop } = await createDatabase('order');
  try {
    await pool.query('ALTER TABLE orders ADD COLUMN "tip" INTEGER');
    expect(await drift(databaseUrl, 'order')).toEqual([expect.stringContaining('column orders.tip')]);
  } finally {
    await drop();
  }
});
