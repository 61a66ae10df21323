// What PostgreSQL promises two transactions that meet, as stories with an ending: told to the real one and to the simulated one alike.

export type Connection = {
  /** Rows, or the SQLSTATE of the error. */
  ask(text: string, values?: readonly unknown[]): Promise<unknown>;
  /** Resolves once this connection's statement waits for a lock. */
  waits(): Promise<void>;
};

export type Story = { rule: string; ends: unknown; tell: (a: Connection, b: Connection) => Promise<unknown> };

export const tables = `
CREATE TABLE dishes ("id" INTEGER NOT NULL, "left" INTEGER NOT NULL, "name" TEXT, CONSTRAINT dishes_pkey PRIMARY KEY ("id"), CONSTRAINT dishes_left CHECK ("left" >= 0));
CREATE TABLE notes ("id" INTEGER NOT NULL, "text" TEXT, CONSTRAINT notes_pkey PRIMARY KEY ("id"));
INSERT INTO dishes VALUES (1, 5, 'soup'), (2, 5, 'rice');
INSERT INTO notes VALUES (1, 'first');`;

const sell = 'UPDATE dishes SET "left" = "left" - $1::int WHERE "id" = $2::int';
const put = 'INSERT INTO dishes ("id", "left") VALUES ($1::int, $2::int)';

export const stories: readonly Story[] = [
  {
    rule: 'a row that was waited for is judged as it is then',
    ends: [{ id: 2 }],
    async tell(a, b) {
      await a.ask('BEGIN');
      await a.ask(sell, [5, 1]);
      const found = b.ask('SELECT "id" FROM dishes WHERE "left" > 0 ORDER BY "id" FOR UPDATE');
      await b.waits();
      await a.ask('COMMIT');
      return found;
    },
  },
  {
    rule: 'a change works on what it finds once its turn has come',
    ends: [{ left: 2 }],
    async tell(a, b) {
      await a.ask('BEGIN');
      await a.ask(sell, [2, 1]);
      const left = b.ask(`${sell} RETURNING "left"`, [1, 1]);
      await b.waits();
      await a.ask('COMMIT');
      return left;
    },
  },
  {
    rule: 'what is rolled back was never there',
    ends: [{ left: 4 }],
    async tell(a, b) {
      await a.ask('BEGIN');
      await a.ask(sell, [2, 1]);
      const left = b.ask(`${sell} RETURNING "left"`, [1, 1]);
      await b.waits();
      await a.ask('ROLLBACK');
      return left;
    },
  },
  {
    rule: 'a key that another transaction is inserting is waited for, and taken when that commits',
    ends: '23505',
    async tell(a, b) {
      await a.ask('BEGIN');
      await a.ask(put, [9, 1]);
      const outcome = b.ask(put, [9, 2]);
      await b.waits();
      await a.ask('COMMIT');
      return outcome;
    },
  },
  {
    rule: 'a key that another transaction was inserting is free when that rolls back',
    ends: [{ left: 2 }],
    async tell(a, b) {
      await a.ask('BEGIN');
      await a.ask(put, [9, 1]);
      const outcome = b.ask(`${put} RETURNING "left"`, [9, 2]);
      await b.waits();
      await a.ask('ROLLBACK');
      return outcome;
    },
  },
  {
    rule: 'ON CONFLICT DO NOTHING waits for the other to end, and then does nothing',
    ends: [[], [{ left: 1 }]],
    async tell(a, b) {
      await a.ask('BEGIN');
      await a.ask(put, [9, 1]);
      const outcome = b.ask(`${put} ON CONFLICT DO NOTHING RETURNING "id"`, [9, 2]);
      await b.waits();
      await a.ask('COMMIT');
      return [await outcome, await b.ask('SELECT "left" FROM dishes WHERE "id" = 9')];
    },
  },
  {
    rule: 'the condition of ON CONFLICT DO UPDATE sees the row as it is then, not as the statement began',
    ends: [[], [{ left: 7 }]],
    async tell(a, b) {
      await a.ask('BEGIN');
      await a.ask(put, [9, 7]);
      const newer = `${put} ON CONFLICT ("id") DO UPDATE SET "left" = excluded."left" WHERE dishes."left" < excluded."left" RETURNING "left"`;
      const outcome = b.ask(newer, [9, 3]);
      await b.waits();
      await a.ask('COMMIT');
      return [await outcome, await b.ask('SELECT "left" FROM dishes WHERE "id" = 9')];
    },
  },
  {
    rule: 'rows that are locked are passed by when the statement says so, and count for no limit',
    ends: [{ id: 2 }],
    async tell(a, b) {
      await a.ask('BEGIN');
      await a.ask('SELECT "id" FROM dishes WHERE "id" = 1 FOR UPDATE');
      return b.ask('SELECT "id" FROM dishes ORDER BY "id" LIMIT 1 FOR UPDATE SKIP LOCKED');
    },
  },
  {
    rule: 'a statement sees nothing that was committed after it began, not even when it waited',
    ends: [{ dish: 1, left: 3, notes: 1 }],
    async tell(a, b) {
      await a.ask('BEGIN');
      await a.ask(sell, [2, 1]);
      const found = b.ask(`WITH d AS MATERIALIZED (SELECT * FROM dishes WHERE "id" = 1 FOR UPDATE),
        n AS MATERIALIZED (SELECT * FROM notes WHERE (SELECT count(*) FROM d) >= 0)
        SELECT d."id" AS dish, d."left" AS "left", (SELECT count(*)::int FROM n) AS notes FROM d`);
      await b.waits();
      await a.ask(`INSERT INTO notes VALUES (2, 'second')`);
      await a.ask('COMMIT');
      return found;
    },
  },
  {
    rule: 'of two that wait for each other, one is told of the deadlock, and the other goes on',
    ends: ['40P01', 'through'],
    async tell(a, b) {
      await a.ask('BEGIN');
      await b.ask('BEGIN');
      await a.ask(sell, [1, 1]);
      await b.ask(sell, [1, 2]);
      const first = a.ask(sell, [1, 2]);
      await a.waits();
      const second = b.ask(sell, [1, 1]);
      const freed = [first.then(endOf(a)), second.then(endOf(b))];
      return (await Promise.all(freed)).toSorted();
    },
  },
  {
    rule: 'after an error a transaction hears nothing but its end, and COMMIT rolls back',
    ends: ['23514', '25P02', [{ left: 5 }]],
    async tell(a, b) {
      await a.ask('BEGIN');
      await a.ask(sell, [1, 2]);
      const broken = await a.ask(sell, [9, 1]);
      const deaf = await a.ask('SELECT 1');
      await a.ask('COMMIT');
      return [broken, deaf, await b.ask('SELECT "left" FROM dishes WHERE "id" = 2')];
    },
  },
  {
    rule: 'a row that several others match is changed once, and a statement never changes what it inserted',
    ends: [1, '21000'],
    async tell(a) {
      const once = await a.ask(
        `UPDATE dishes SET "left" = "left" - 1 FROM unnest($1::int[]) AS m("id") WHERE dishes."id" = m."id" RETURNING 1 AS n`,
        [[1, 1]],
      );
      const twice = await a.ask(
        `INSERT INTO dishes ("id", "left") SELECT m."id", 1 FROM unnest($1::int[]) AS m("id") ON CONFLICT ("id") DO UPDATE SET "left" = 2`,
        [[8, 8]],
      );
      return [(once as unknown[]).length, twice];
    },
  },
];

function endOf(connection: Connection) {
  return async (outcome: unknown) => {
    await connection.ask('ROLLBACK');
    return typeof outcome === 'string' ? outcome : 'through';
  };
}
