// Starts steady orders in a pod, and reads their results.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { until } from '@oms/test-kit';
import type { Cluster } from '../cluster.ts';
import { prefix, tag } from '../images.ts';
import type { Steady } from './steady-orders.ts';

const pod = 'steady-orders';
const file = 'steady-orders.ts';
const secondsMax = 1_800;

export type SteadyOrders = {
  /** As of now, not as of a second ago. */
  soFar(): Promise<Steady>;
  /** No more orders; resolves when all that were begun are through. */
  stop(): Promise<Steady>;
};

/** Resolves when the first orders are delivered. Throws Error with what the pod says when none is. */
export async function startSteadyOrders(
  cluster: Cluster,
  options: { customer: string; staff: string; itemIds: readonly string[]; perSecond: number },
): Promise<SteadyOrders> {
  const settings = JSON.stringify({ gateway: 'http://gateway', ...options, secondsMax });
  const program = readFileSync(join(import.meta.dirname, file), 'utf8');
  await cluster.kubectl(['apply', '--filename', '-'], JSON.stringify(manifests(settings, program)));
  await cluster.kubectl(['wait', `pod/${pod}`, '--for=condition=Ready', '--timeout=60s']);
  const logs = spawn('kubectl', ['--namespace', cluster.namespace, 'logs', '--follow', pod], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let lines = 0;
  let last: Steady | undefined;
  createInterface(logs.stdout).on('line', (line) => {
    lines += 1;
    if (line.startsWith('{')) last = JSON.parse(line) as Steady;
    else console.error(`${pod}: ${line}`);
  });
  await until('the first steady order is delivered', () => (last?.delivered ?? 0) > 0, 60_000);

  return {
    async soFar() {
      const enough = lines + 2;
      return until('the next line of the steady orders', () => lines >= enough && last, 30_000);
    },
    async stop() {
      await cluster.kubectl(['delete', `pod/${pod}`, `configmap/${pod}`, '--wait=true']);
      const end = await until('the last line of the steady orders', () => last?.isLast && last, 30_000);
      logs.kill();
      return end;
    },
  };
}

function manifests(settings: string, program: string): object {
  const confined = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } };
  const container = {
    name: pod,
    image: `${prefix}/development:${tag}`,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', `/steady/${file}`],
    env: [{ name: 'STEADY_ORDERS', value: settings }],
    securityContext: confined,
    volumeMounts: [{ name: 'program', mountPath: '/steady' }],
  };
  const spec = {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 60,
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [container],
    volumes: [{ name: 'program', configMap: { name: pod } }],
  };
  const items = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: pod }, data: { [file]: program } },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: pod, labels: { app: pod } }, spec },
  ];
  return { apiVersion: 'v1', kind: 'List', items };
}
