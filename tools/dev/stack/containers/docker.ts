// The Docker daemon as the stack needs it: a network that publishes to the loopback address only, and no leftovers of a killed run.

import { createHash } from 'node:crypto';
import { getContainerRuntimeClient } from 'testcontainers';
import { startChild } from '../child.ts';
import type { DataFolder } from '../data-folder.ts';
import { onPath } from '../embedded/java.ts';
import { StackError } from '../failure.ts';

export type Docker = {
  network: string;
  /** The name of one part's container, and of its volume: the same in every run on this data folder. */
  nameOf(part: string): string;
  close(): Promise<void>;
};

/** Throws StackError when no daemon answers. */
export async function openDocker(folder: DataFolder, parts: readonly string[]): Promise<Docker> {
  // What is published is on the loopback address, so it is waited for there. On a machine that is a container itself the library would
  // ask the network's gateway instead.
  process.env['TESTCONTAINERS_HOST_OVERRIDE'] ||= '127.0.0.1';
  const client = await getContainerRuntimeClient().catch((error: unknown) => {
    throw new StackError(
      `No Docker daemon answers (${error instanceof Error ? error.message : String(error)}).\n` +
        'Start Docker, or say where it is by DOCKER_HOST; without OMS_STACK=containers no Docker is needed.',
    );
  });
  const network = `oms-${createHash('sha256').update(folder.root).digest('hex').slice(0, 8)}`;
  const nameOf = (part: string) => `${network}-${part}`;
  const names = parts.map(nameOf);
  const clear = async () => {
    const { dockerode } = client.container;
    // `v` removes only anonymous volumes: the data are in named ones.
    for (const name of names) await dockerode.getContainer(name).remove({ force: true, v: true }).catch(unlessMissing);
    await client.network.getById(network).remove().catch(unlessMissing);
  };
  await clear();
  await client.network.create({
    Name: network,
    Options: { 'com.docker.network.bridge.host_binding_ipv4': '127.0.0.1' },
  });
  const guard = guardContainers(folder, names, network);
  return {
    network,
    nameOf,
    async close() {
      await clear();
      await guard?.stop();
    },
  };
}

/** The volumes of a data folder's containers; there may be none. */
export async function clearVolumes(folder: DataFolder, parts: readonly string[]): Promise<void> {
  const docker = await openDocker(folder, parts);
  await docker.close();
  const { container } = await getContainerRuntimeClient();
  for (const part of parts) await container.dockerode.getVolume(docker.nameOf(part)).remove().catch(unlessMissing);
}

/** Containers are no children of ours: a shell is, whom the reaper stops when we are gone, and who then removes them. */
function guardContainers(folder: DataFolder, names: readonly string[], network: string) {
  const docker = onPath('docker');
  if (!docker) return null;
  const remove = `"${docker}" rm -f -v ${names.join(' ')}; "${docker}" network rm ${network}`;
  return startChild({
    name: 'containers-guard',
    command: 'sh',
    args: ['-c', `trap 'kill $!; ${remove}; exit 0' TERM; while :; do sleep 3600 & wait $!; done`],
    logFile: `${folder.logs}/containers-guard.log`,
    runDir: folder.run,
  });
}

function unlessMissing(error: unknown): void {
  if ((error as { statusCode?: number }).statusCode !== 404) throw error;
}
