// The five Helm releases: install, upgrade, roll back, uninstall.

import type { Service } from '../../dev/stack/services.ts';
import { chart, valuesOf } from './chart.ts';
import type { Cluster } from './cluster.ts';
import { prefix, tag } from './images.ts';

const timeout = '300s';

export type Releases = {
  /** Resolves when its pods are ready. Throws Error with Helm's words and what its pods say. */
  install(service: Service, more?: readonly string[]): Promise<void>;
  /** Another revision of it: `more` are Helm's own words, such as `--set`. Comes back to the one before it when it fails. */
  upgrade(service: Service, more: readonly string[]): Promise<void>;
  rollback(service: Service): Promise<void>;
  uninstall(service: Service): Promise<void>;
  revision(service: Service): Promise<number>;
};

export function createReleases(cluster: Cluster, values: string): Releases {
  const settings = (service: Service, more: readonly string[]) => [
    ...['--values', valuesOf(service), '--values', values],
    ...['--set', `image.prefix=${prefix}`, '--set-string', `image.tag=${tag}`, ...more],
    ...['--wait', '--timeout', timeout],
  ];
  const helm = (args: readonly string[], service: Service) =>
    cluster.helm(args).catch(async (error: unknown) => {
      throw new Error(`${(error as Error).message}\n${await eventsOf(service)}`, { cause: error });
    });

  async function eventsOf(service: Service): Promise<string> {
    const mine = ['--selector', `app.kubernetes.io/name=${service}`];
    const pods = await cluster.kubectl(['get', 'pods', '--output', 'wide', ...mine]).catch(String);
    const logs = await cluster.kubectl(['logs', '--tail', '20', '--prefix', ...mine]).catch(String);
    return `${pods}${logs}`;
  }

  return {
    async install(service, more = []) {
      await helm(['install', service, chart, ...settings(service, more)], service);
    },
    async upgrade(service, more) {
      await helm(['upgrade', service, chart, '--rollback-on-failure', ...settings(service, more)], service);
    },
    async rollback(service) {
      await helm(['rollback', service, '--wait', '--timeout', timeout], service);
    },
    async uninstall(service) {
      await helm(['uninstall', service, '--wait', '--timeout', timeout], service);
    },
    async revision(service) {
      const { version } = JSON.parse(await cluster.helm(['status', service, '--output', 'json'])) as {
        version: number;
      };
      return version;
    },
  };
}
