// The development stack: PostgreSQL, Kafka, a schema registry, and catchers of mail and posts, from one of three providers.

import { claim, dataFolder, refuseFullDisk, type DataFolder } from './data-folder.ts';
import { startEmbedded } from './embedded/embedded.ts';
import type { KafkaGuard } from './embedded/kafka-guard.ts';
import { externalAddresses, useExternal } from './external.ts';
import { StackError } from './failure.ts';
import type { OnDeath } from './part.ts';
import { refuseTakenPorts, type StackPorts } from './ports.ts';
import { silentProgress, type Progress } from './progress.ts';
import { noteAddresses } from './running-stack.ts';
import { startSurroundings, type Given } from './surroundings.ts';
import type { Backbone, ProviderName, Stack } from './stack.ts';

export type { Part, PartName, ProviderName, Service, Stack } from './stack.ts';
export { databaseServices, services } from './stack.ts';
export { developmentPorts, freePorts, type ServicePorts, type StackPorts } from './ports.ts';
export { createProgress, silentProgress, type Progress } from './progress.ts';

export type StackOptions = {
  /** OMS_STACK unless given, and `embedded` when that is not set. */
  provider?: ProviderName;
  /** Everything it keeps lies here; one run at a time. */
  dataDir: string;
  ports: StackPorts;
  progress?: Progress;
  /** Beside what the embedded PostgreSQL has of its own: for measurements on a disk that is slower than this machine's. */
  postgresEnv?: NodeJS.ProcessEnv;
  /** A second listener of the embedded Kafka, for users. */
  kafkaGuard?: KafkaGuard;
  /** Written down for other programs on this machine, when services run on the stack. */
  gatewayUrl?: string;
  /** If given, a part that ends without being asked is started again, and each end and start is reported in one line. */
  onDeath?: OnDeath;
};

const neededMb = 500;

/** Resolves when every part answers. Throws StackError naming the cause and the remedy; nothing is left running then. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const progress = options.progress ?? silentProgress;
  const folder = dataFolder(options.dataDir);
  const release = await progress.step('data folder', (say) => claim(folder, say));
  process.once('exit', release);
  const started: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    await Promise.all(started.splice(0).map((one) => one.stop()));
    release();
  };
  const keep = <T extends { stop(): Promise<void> }>(one: T): T => {
    started.push(one);
    return one;
  };
  try {
    refuseFullDisk(folder, neededMb);
    const provider = await providerNamed(options.provider ?? process.env['OMS_STACK'] ?? 'embedded');
    await refuseTakenPorts(without(provider.foreign, options.ports));
    const [backbone, surroundings] = await allOrFirstFailure(
      provider
        .start({
          folder,
          ports: options.ports,
          progress,
          postgresEnv: options.postgresEnv ?? {},
          kafkaGuard: options.kafkaGuard,
          onDeath: options.onDeath,
        })
        .then(keep),
      startSurroundings({
        folder,
        ports: options.ports,
        progress,
        given: provider.given,
        onDeath: options.onDeath,
      }).then(keep),
    );
    const stack: Stack = {
      ...backbone,
      ...surroundings,
      part: (name) => (name === 'mail' ? surroundings.mail : backbone.part(name)),
      stop,
    };
    const forgetAddresses = noteAddresses(folder, { ...stack, gatewayUrl: options.gatewayUrl });
    started.push({ stop: () => Promise.resolve(forgetAddresses()) });
    return stack;
  } catch (error) {
    await stop();
    throw error;
  }
}

type Provider = {
  start(options: {
    folder: DataFolder;
    ports: StackPorts;
    progress: Progress;
    postgresEnv: NodeJS.ProcessEnv;
    kafkaGuard: KafkaGuard | undefined;
    onDeath: OnDeath;
  }): Promise<Backbone>;
  /** What needs no port here, as it runs elsewhere. */
  foreign: readonly (keyof StackPorts)[];
  given: Given;
};

/** Loaded when asked for: the Docker client is large, and most never need it. */
async function providerNamed(name: string): Promise<Provider> {
  if (name === 'embedded' || name === '') return { start: startEmbedded, foreign: [], given: {} };
  if (name === 'containers') {
    const { startContainers } = await import('./containers/containers.ts');
    return { start: startContainers, foreign: ['kafkaController'], given: {} };
  }
  if (name === 'external') {
    const addresses = externalAddresses();
    const { mail, posts } = addresses.given;
    return {
      start: ({ progress }) => useExternal(addresses, progress),
      foreign: [
        ...(['postgres', 'kafka', 'kafkaController', 'registry'] as const),
        ...(mail ? (['smtp', 'mailPage'] as const) : []),
        ...(posts ? (['posts'] as const) : []),
      ],
      given: addresses.given,
    };
  }
  throw new StackError(`OMS_STACK is "${name}"; it may be embedded (as when it is not set), containers or external.`);
}

function without(names: readonly (keyof StackPorts)[], ports: StackPorts): Partial<StackPorts> {
  return Object.fromEntries(Object.entries(ports).filter(([name]) => !names.includes(name as keyof StackPorts)));
}

/** Unlike Promise.all it waits for both, so that whatever started late can still be stopped. */
async function allOrFirstFailure<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return Promise.all([a, b]);
}
