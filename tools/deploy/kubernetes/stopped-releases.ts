// Releases of order that must not start, because their contracts cannot be registered: the running pods stay unchanged.

import { join } from 'node:path';
import { dockerOutput } from '../images/docker.ts';
import { root } from '../../database/migrate/databases.ts';
import type { Cluster } from './cluster.ts';
import { prefix, tag } from './images.ts';
import type { Releases } from './releases.ts';

const unfitTag = `${tag}-unfit`;
/** An image of order whose contracts do not fit those that are registered. */
export const unfitImage = `${prefix}/order:${unfitTag}`;
const quickly = 'jobs.retries=0,jobs.deadlineSeconds=60';

/** Needs the image of order in the local Docker. */
export async function buildUnfitImage(): Promise<void> {
  const from = ['--build-arg', `IMAGE=${prefix}/order:${tag}`, '--tag', unfitImage];
  const here = join(root, 'tools/deploy/kubernetes');
  await dockerOutput(['build', '--file', join(here, 'unfit.Dockerfile'), ...from, here]);
}

export async function stopWithoutRegistry(cluster: Cluster, releases: Releases): Promise<void> {
  await mustBeStopped(cluster, releases, ['--set', `registry.url=http://nowhere,${quickly}`]);
}

/** The Job must say which contract it was, and who refused it. */
export async function stopUnfitContracts(cluster: Cluster, releases: Releases): Promise<void> {
  await mustBeStopped(cluster, releases, ['--set-string', `image.tag=${unfitTag}`, '--set', quickly]);
  const said = await cluster.kubectl(['logs', '--selector', 'job-name=order-register', '--tail', '-1']);
  if (!/Cannot register order-events\/order-placed\.v\d under .*(incompatib|409)/i.test(said))
    throw new Error(`Its Job does not say that a contract does not fit:\n${said}`);
}

async function mustBeStopped(cluster: Cluster, releases: Releases, bad: readonly string[]): Promise<void> {
  const pods = () => cluster.kubectl(['get', 'pods', '--selector', serving('order'), '--output', 'name']);
  const before = await pods();
  const stopped = await releases.upgrade('order', bad).then(
    () => false,
    () => true,
  );
  if (!stopped) throw new Error('It continued, though its contracts could not be registered.');
  if ((await pods()) !== before) throw new Error('Its pods were changed all the same.');
}

/** The selector of the pods that serve, which leaves out those of Jobs. */
export function serving(service: string): string {
  return `app.kubernetes.io/name=${service},app.kubernetes.io/component=service`;
}
