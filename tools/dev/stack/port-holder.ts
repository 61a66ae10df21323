// Names the process that listens on a port, if this machine can tell.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { platform } from 'node:os';
import { commandOf } from './process-identity.ts';

/** "process 4711 (postgres -D ...)", or null when it can't be known (another user's process, say). */
export function holderOfPort(port: number): string | null {
  const pid = platform() === 'linux' ? fromProc(port) : fromLsof(port);
  return pid === null ? null : `process ${pid} (${commandOf(pid).slice(0, 80)})`;
}

function fromProc(port: number): number | null {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningInodes(table, port)));
  if (inodes.size === 0) return null;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`))
        if (inodes.has(readlinkSync(`/proc/${pid}/fd/${fd}`))) return Number(pid);
    } catch {
      // Ended meanwhile, or not ours to look into.
    }
  }
  return null;
}

function listeningInodes(table: string, port: number): string[] {
  const listenState = '0A';
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  try {
    return readFileSync(table, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(`:${hexPort}`) && fields[3] === listenState)
      .map((fields) => `socket:[${fields[9]}]`);
  } catch {
    return [];
  }
}

function fromLsof(port: number): number | null {
  try {
    const text = execFileSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'], { encoding: 'utf8' });
    return Number(text.split('\n')[0]) || null;
  } catch {
    return null;
  }
}
