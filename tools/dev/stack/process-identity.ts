// Whether a process id still belongs to the process that was recorded: ids are reused, start times are not.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { platform } from 'node:os';

export type ProcessRecord = { pid: number; identity: string };

/** A text that no other process of this machine ever had, or null when no such process runs (a zombie does not run). */
export function identityOf(pid: number): string | null {
  return platform() === 'linux' ? fromProc(pid) : fromPs(pid);
}

export function isRunning(record: ProcessRecord): boolean {
  return identityOf(record.pid) === record.identity;
}

/** The command line, blanks between its words. */
export function commandOf(pid: number): string {
  try {
    const text =
      platform() === 'linux'
        ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return text.trim();
  } catch {
    return 'unknown command';
  }
}

function fromProc(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name in brackets may hold blanks and brackets itself: fields are counted after the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTicks] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X' || startTicks === undefined) return null;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${startTicks}`;
  } catch {
    return null;
  }
}

function fromPs(pid: number): string | null {
  try {
    const line = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return line === '' || line.startsWith('Z') ? null : line.replace(/^\S+\s+/, '');
  } catch {
    return null;
  }
}
