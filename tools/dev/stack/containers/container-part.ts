// A part of the stack that is a container: the same interface as for a process, implemented with the Docker daemon.

import { getContainerRuntimeClient, type GenericContainer, type StartedTestContainer } from 'testcontainers';
import { endingSignals } from '../part.ts';
import type { Part } from '../stack.ts';

const stopMs = 10_000;

/** `start` waits as the container's own wait strategy says. */
export async function createContainerPart(container: GenericContainer): Promise<Part> {
  const started = await container.start();
  let pid = await pidOf(started);
  return {
    get pid() {
      return pid;
    },
    async stop() {
      await started.stop({ remove: false, removeVolumes: false, timeout: stopMs });
    },
    async kill(signal) {
      const { container: daemon } = await getContainerRuntimeClient();
      const one = daemon.getById(started.getId());
      await one.kill({ signal });
      if (endingSignals.has(signal)) await one.wait();
    },
    async start() {
      await started.restart({ timeout: stopMs });
      pid = await pidOf(started);
    },
  };
}

/** As the machine sees it; on a Docker that runs in a virtual machine it means nothing here. */
async function pidOf(started: StartedTestContainer): Promise<number> {
  const { container: daemon } = await getContainerRuntimeClient();
  return (await daemon.inspect(daemon.getById(started.getId()))).State.Pid;
}
