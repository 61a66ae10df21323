// What the services need (PostgreSQL, Kafka, registry, issuer, mail), in the test's own namespace: applies the manifests and waits.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../database/migrate/databases.ts';
import type { Cluster } from './cluster.ts';
import { withImages } from './images.ts';

/** `folder` is a kustomization. Resolves when all that it starts is ready; throws Error with kubectl's words. */
export async function applySurroundings(cluster: Cluster, folder: string): Promise<void> {
  const home = join(root, '.data/k8s');
  mkdirSync(home, { recursive: true });
  const overlay = mkdtempSync(join(home, 'overlay-'));
  try {
    writeFileSync(join(overlay, 'kustomization.yaml'), withImages(folder, overlay));
    await cluster.kubectl(['apply', '--kustomize', overlay]);
  } finally {
    rmSync(overlay, { recursive: true });
  }
  const deployments = (await cluster.kubectl(['get', 'deployments', '--output', 'name'])).split('\n').filter(Boolean);
  await Promise.all(deployments.map((name) => cluster.kubectl(['rollout', 'status', name, '--timeout=300s'])));
}
