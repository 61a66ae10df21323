// Statements that one connection was sent one behind the other, before the first was answered.

/**
 * All their answers, in the order given, once the last has come.
 * Throws the error of the first that failed: PostgreSQL does them in the order they were sent, and those behind the one that failed only
 * say that the transaction is over (25P02).
 */
export async function pipelined<T extends readonly Promise<unknown>[]>(
  statements: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  // Not Promise.all: of errors that arrive in one piece it takes the one with the shortest way through our own functions.
  const settled = await Promise.allSettled(statements);
  const answers = settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
  return answers as { -readonly [K in keyof T]: Awaited<T[K]> };
}
