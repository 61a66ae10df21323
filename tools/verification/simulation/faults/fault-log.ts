// Which faults a run has met, by kind: what never happened proves nothing.

export type FaultLog = { count(kind: string): void; counts(): Record<string, number> };

export function createFaultLog(): FaultLog {
  const counts = new Map<string, number>();
  return {
    count: (kind) => void counts.set(kind, (counts.get(kind) ?? 0) + 1),
    counts: () => Object.fromEntries([...counts].sort()),
  };
}

export function addCounts(into: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [kind, count] of Object.entries(more)) into[kind] = (into[kind] ?? 0) + count;
}
