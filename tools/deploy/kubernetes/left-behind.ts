// The objects that are left after the releases were removed.

import type { Cluster } from './cluster.ts';
import { outputOf } from '../../dev/command/run.ts';

/** `kind/name` of every object of any kind that says it is part of OMS; pods and jobs that are going away are waited for. */
export async function leftBehind(cluster: Cluster): Promise<string[]> {
  const ours = ['--selector', 'app.kubernetes.io/part-of=oms'];
  await cluster.kubectl(['wait', 'pods', '--for=delete', ...ours, '--timeout=60s']);
  const kinds = await outputOf('kubectl', ['api-resources', '--verbs=list', '--namespaced', '--output', 'name']);
  const listed = kinds.split('\n').filter((kind) => kind !== '' && !/^events(\.|$)/.test(kind));
  const found = await cluster.kubectl(['get', listed.join(','), ...ours, '--output', 'name', '--ignore-not-found']);
  const releases = await cluster.helm(['list', '--short']);
  const secrets = await cluster.kubectl(['get', 'secrets', '--selector', 'owner=helm', '--output', 'name']);
  return [found, releases, secrets].flatMap((text) => text.split('\n').filter(Boolean));
}
