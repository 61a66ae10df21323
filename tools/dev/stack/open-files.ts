// How many files the operating system lets a process open. Kafka keeps several open for each partition.

import { execFileSync } from 'node:child_process';
import { StackError } from './failure.ts';

const neededByKafka = 1_024;

/** Throws StackError when the limit of this process, which the parts inherit, is too low for Kafka. */
export function refuseFewOpenFiles(limit: number = openFilesMax()): void {
  if (limit >= neededByKafka) return;
  throw new StackError(
    `A process may open ${limit} files here; Kafka needs ${neededByKafka} or more.\n` +
      'Raise the limit in this shell: `ulimit -n 4096`. If that is refused, raise the hard limit: in /etc/security/limits.conf ' +
      '("* hard nofile 65536", then log in again), or for a container with `--ulimit nofile=65536`.',
  );
}

/** Node raises its soft limit to the hard one, so the hard one counts. Infinity where the shell cannot tell. */
export function openFilesMax(): number {
  try {
    const text = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8', timeout: 5_000 }).trim();
    return /^\d+$/.test(text) ? Number(text) : Infinity;
  } catch {
    return Infinity;
  }
}
