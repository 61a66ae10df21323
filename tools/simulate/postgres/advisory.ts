// Session advisory locks: one session has a key, until it gives it back or ends.

export type Advisory = { tryLock(key: string): boolean };

export function createAdvisoryLocks() {
  const holders = new Map<string, object>();
  return {
    of: (session: object): Advisory => ({
      tryLock(key) {
        const holder = holders.get(key) ?? session;
        holders.set(key, holder);
        return holder === session;
      },
    }),
    release(session: object): void {
      for (const [key, holder] of holders) if (holder === session) holders.delete(key);
    },
  };
}
