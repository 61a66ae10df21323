// How much of a core each process took in a time, its children included; nothing where there is no /proc.
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second here. */
const ticksPerSecond = 100;

export type CpuShares = Record<string, number>;

/** Begins now; the returned function answers the shares since then. */
export function startCpuShares(pids: Record<string, number>): () => CpuShares {
  const before = ticksOf(pids);
  const since = performance.now();
  return () => {
    const seconds = (performance.now() - since) / 1_000;
    const after = ticksOf(pids);
    const shares = Object.keys(after).map((name) => {
      const ticks = (after[name] ?? 0) - (before[name] ?? 0);
      return [name, ticks / ticksPerSecond / seconds] as const;
    });
    return Object.fromEntries(shares);
  };
}

function ticksOf(pids: Record<string, number>): Record<string, number> {
  const stats = readStats();
  const family = (pid: number): number[] => [
    pid,
    ...stats.filter((stat) => stat.parent === pid).flatMap((stat) => family(stat.pid)),
  ];
  return Object.fromEntries(
    Object.entries(pids).map(([name, pid]) => {
      const own = new Set(family(pid));
      return [name, stats.reduce((sum, stat) => sum + (own.has(stat.pid) ? stat.ticks : 0), 0)];
    }),
  );
}

function readStats(): { pid: number; parent: number; ticks: number }[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap(readStat);
  } catch {
    return [];
  }
}

function readStat(name: string) {
  try {
    // The name in brackets may hold anything, also a bracket.
    const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    // Its own, and those of children that have ended: PostgreSQL's connections come and go.
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return [{ pid: Number(name), parent: Number(fields[1]), ticks }];
  } catch {
    return []; // it has ended meanwhile
  }
}
