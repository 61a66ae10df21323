// The jars of Kafka and the registry, in versions for the Java of this machine, in the project's .cache folder.

import { join } from 'node:path';
import type { DataFolder } from '../data-folder.ts';
import { oldestForNewRegistry, type Java } from './java.ts';
import { fetchByMaven } from './maven.ts';

/** Folders of jars. */
export type Jars = { kafka: string; registry: string };

const cacheFolder = join(import.meta.dirname, '../../../../.cache/jars');
export const kafkaVersion = '4.4.0';

/** Resolves at once when they are there. Throws StackError when Maven is missing or fails. */
export async function fetchJars(java: Java, folder: DataFolder, say: (note: string) => void): Promise<Jars> {
  const versions = versionsFor(java);
  const home = join(cacheFolder, `kafka-${kafkaVersion}-registry-${versions.registry}`);
  await fetchByMaven({
    home,
    pom: join(import.meta.dirname, 'jars/pom.xml'),
    properties: {
      'kafka.version': kafkaVersion,
      'registry.version': versions.registry,
      'plugin.version': versions.plugin,
    },
    what: 'Kafka and the registry',
    aboutMb: 200,
    wayOut: ', or choose another stack: OMS_STACK=containers or OMS_STACK=external',
    folder,
    say,
  });
  return { kafka: join(home, 'kafka'), registry: join(home, 'registry') };
}

/** The older registry's description is read by the older plugin only: it lacks its parent in the repository. */
function versionsFor(java: Java): { registry: string; plugin: string } {
  return java.major >= oldestForNewRegistry
    ? { registry: '3.3.3', plugin: '3.8.1' }
    : { registry: '3.0.9', plugin: '2.10' };
}
