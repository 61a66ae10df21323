// A simulated process: after it is killed, none of its events happen, and its memory is not used again.

import type { Service } from './services.ts';

export type Process = {
  readonly service: Service;
  /** The place it has in the system, over all its lives. */
  readonly name: string;
  /** Which life of that place this is. */
  readonly life: number;
  alive: boolean;
  /** Suspended, as by SIGSTOP: what was to happen before happens then. */
  pausedUntilMs: number;
  /** How far its clock is from the true time. */
  clockOffMs: number;
  /** Called at its death, by the world: sockets break, locks are given back. */
  readonly onDeath: Set<() => void>;
};

export function createProcess(service: Service, name: string, life: number): Process {
  return { service, name, life, alive: true, pausedUntilMs: 0, clockOffMs: 0, onDeath: new Set() };
}

export function kill(process: Process): void {
  if (!process.alive) return;
  process.alive = false;
  for (const act of process.onDeath) act();
  process.onDeath.clear();
}
