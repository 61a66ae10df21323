// One namespace of the cluster that kubectl points at, used through kubectl and helm.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { outputOf } from '../../dev/command/run.ts';

export type Cluster = {
  namespace: string;
  /** What kubectl printed. Throws Error with its words. */
  kubectl(args: readonly string[], input?: string): Promise<string>;
  /** What helm printed. Throws Error with its words. */
  helm(args: readonly string[]): Promise<string>;
  /** Calls `use` with an address on this machine that leads to a port of a Service. */
  forward<T>(service: string, port: number, use: (url: string) => Promise<T>): Promise<T>;
};

export function createCluster({ namespace, helmCommand }: { namespace: string; helmCommand: string }): Cluster {
  const here = ['--namespace', namespace];
  return {
    namespace,
    kubectl: (args, input) => outputOf('kubectl', [...here, ...args], input === undefined ? {} : { input }),
    helm: (args) => outputOf(helmCommand, [...here, ...args]),
    async forward(service, port, use) {
      const args = [...here, 'port-forward', '--address', '127.0.0.1', `service/${service}`, `:${port}`];
      const child = spawn('kubectl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
      let words = '';
      child.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()));
      const opened = new Promise<string>((resolve, reject) => {
        createInterface(child.stdout).on('line', (line) => {
          const at = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
          if (at) resolve(`http://127.0.0.1:${at}`);
        });
        child.once('error', reject);
        child.once('exit', () => reject(new Error(`No way to ${service}:${port} could be opened: ${words.trim()}`)));
      });
      try {
        return await use(await opened);
      } finally {
        child.kill();
      }
    },
  };
}
