// No child outlives this process, however it ends: a tiny shell process holds a pipe from us, knows our children,
// and when the pipe closes (we ended, or were killed) it asks each to stop, waits a little, and kills what is left.

import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';

const graceSeconds = 3;

// Plain sh: one megabyte, no prctl, the same on Linux and macOS. It ignores the signals a terminal sends to its group.
const script = `
trap '' INT TERM HUP QUIT
runs() { # a zombie, which waits for init to take note of its end, does not run
  kill -s 0 "$1" 2>/dev/null || return 1
  [ -r "/proc/$1/stat" ] || return 0
  read -r id name state rest <"/proc/$1/stat"
  [ "$state" != Z ]
}
children=''
while read -r word signal pid; do
  if [ "$word" = add ]; then children="$children $signal:$pid"; continue; fi
  kept=''
  for child in $children; do [ "\${child#*:}" = "$pid" ] || kept="$kept $child"; done
  children=$kept
done
for child in $children; do
  kill -s "\${child%%:*}" "\${child#*:}" 2>/dev/null
  kill -s CONT "\${child#*:}" 2>/dev/null
done
left=${graceSeconds * 10}
while [ "$left" -gt 0 ]; do
  alive=''
  for child in $children; do runs "\${child#*:}" && alive=yes; done
  [ -z "$alive" ] && exit 0
  sleep 0.1
  left=$((left - 1))
done
for child in $children; do kill -s KILL "\${child#*:}" 2>/dev/null; done
`;

let reaper: ChildProcess | null = null;

/** From now on the child ends when this process does, by `stopSignal` first. */
export function reap(pid: number, stopSignal: NodeJS.Signals): void {
  tell(`add ${stopSignal.replace('SIG', '')} ${pid}`);
}

/** The child has ended: its id may be given to a stranger. */
export function forget(pid: number): void {
  if (reaper) tell(`remove - ${pid}`);
}

function tell(line: string): void {
  reaper ??= open();
  reaper.stdin?.write(`${line}\n`);
}

function open(): ChildProcess {
  const child = spawn('sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  (child.stdin as Socket).unref();
  return child;
}
