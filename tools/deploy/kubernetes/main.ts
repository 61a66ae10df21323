// `npm run test:k8s`: tests the chart on the cluster that kubectl points at, in a namespace that is deleted at the end.

import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { failureText } from '../../dev/stack/failure.ts';
import { firstTry, firstTryValues, releases as services } from './chart.ts';
import { createCluster, type Cluster } from './cluster.ts';
import { ownImages } from './images.ts';
import { programOf } from './programs.ts';
import { createReleases } from './releases.ts';
import { lineOf, rowOf, tableOf, type Row } from './report.ts';
import { startSteadyOrders, type SteadyOrders } from './steady/start-steady.ts';
import { applySurroundings } from './surroundings.ts';
import { leftBehind } from './left-behind.ts';
import { buildUnfitImage, serving, stopUnfitContracts, stopWithoutRegistry, unfitImage } from './stopped-releases.ts';
import { addItem, throughGateway, checkTotals, countDeadLetters, deliverAndAlert } from './system-checks.ts';

type TestOptions = {
  namespace: string;
  surroundings: string;
  values: string;
  perSecond: string;
  keep?: true;
  upgradeTo?: string;
};

const help = `
Images: those of \`npm run images\` (with \`development\`) named by OMS_IMAGES and OMS_TAG, and the surroundings' by
OMS_IMAGE_POSTGRES, OMS_IMAGE_KAFKA, OMS_IMAGE_REGISTRY and OMS_IMAGE_MAIL, as with docker/compose.yaml.
OMS_K8S_LOAD is a command that brings images into the cluster from the local Docker; it is called with their names.

PostgreSQL, Kafka and registry of your own: a folder with a kustomization that has the Secrets, the issuer and the mail catcher
of k8s/first-try without the rest, and a values file that says where yours are.`;

const command = new Command()
  .name('npm run test:k8s --')
  .description('Installs, upgrades, disturbs and removes the five releases on the cluster that kubectl points at.')
  .option('--namespace <name>', 'which must not be there yet', `oms-test-${process.pid}`)
  .option('--surroundings <folder>', 'what the services stand on', firstTry)
  .option('--values <file>', 'where that is', firstTryValues)
  .option('--per-second <number>', 'steady orders', '10')
  .option('--upgrade-to <tag>', 'of the images; the same with another LOG_LEVEL unless given')
  .option('--keep', 'leave the namespace as it is in the end')
  .addHelpText('after', help)
  .parse();
const options = command.opts<TestOptions>();
const rows: Row[] = [];
const wrong: string[] = [];
const plates = 1_000_000;

try {
  const cluster = createCluster({ namespace: options.namespace, helmCommand: await programOf('helm') });
  try {
    await proveOn(cluster);
  } finally {
    if (!options.keep) await cluster.kubectl(['delete', 'namespace', options.namespace, '--ignore-not-found']);
  }
  console.log(`\n${tableOf(rows)}\n`);
} catch (error) {
  wrong.push(failureText(error));
}
for (const what of wrong) console.error(what);
console.log(wrong.length === 0 ? 'All of it held.' : `${wrong.length} did not hold.`);
process.exitCode = wrong.length === 0 ? 0 : 1;

async function proveOn(cluster: Cluster): Promise<void> {
  const releases = createReleases(cluster, resolve(options.values));
  const load = process.env['OMS_K8S_LOAD'];
  if (load) await step('images brought into the cluster', () => loadImages(load));
  await step('PostgreSQL, Kafka, registry, issuer, mail', async () => {
    await cluster.kubectl(['create', 'namespace', cluster.namespace]);
    await cluster.kubectl([
      ...['label', 'namespace', cluster.namespace],
      'pod-security.kubernetes.io/enforce=restricted',
    ]);
    await applySurroundings(cluster, resolve(options.surroundings));
  });
  for (const service of services) await step(`install ${service}`, () => releases.install(service));
  await step('an order is delivered, its alert mailed', () => deliverAndAlert(cluster));

  const { itemIds, tokens } = await throughGateway(cluster, async ({ customer, staff }) => ({
    itemIds: [await addItem(staff, 'Steady rice', plates), await addItem(staff, 'Steady beans', plates)],
    tokens: { customer: customer.token, staff: staff.token },
  }));
  const orders = await startSteadyOrders(cluster, { ...tokens, itemIds, perSecond: Number(options.perSecond) });
  await calmly(orders, 'stopped: a release without a registry', () => stopWithoutRegistry(cluster, releases));
  if (load) await calmly(orders, 'stopped: a release of unfit contracts', () => stopUnfitContracts(cluster, releases));
  else console.log('  Not tried: a release of unfit contracts, whose image only OMS_K8S_LOAD can bring.');
  const newer = options.upgradeTo
    ? ['--set-string', `image.tag=${options.upgradeTo}`]
    : ['--set', 'config.LOG_LEVEL=warn'];
  for (const service of services) await calmly(orders, `upgrade ${service}`, () => releases.upgrade(service, newer));
  for (const service of services) await calmly(orders, `roll back ${service}`, () => releases.rollback(service));
  for (const service of services)
    await step(`a pod of ${service} is deleted at once`, () => killOne(cluster, service), orders);
  const sum = await orders.stop();
  console.log(
    `\n  ${sum.placed} orders placed, ${sum.delivered} delivered; p50 ${sum.p50Ms} ms, p99 ${sum.p99Ms} ms, longest ${sum.maxMs} ms\n`,
  );
  if (sum.delivered !== sum.placed) wrong.push(`${sum.placed - sum.delivered} orders were not delivered.`);
  for (const failure of sum.failures) console.log(`  ${failure}`);

  await step('no dead letters; stock, ledger and analytics agree', async () => {
    await throughGateway(cluster, async ({ staff, admin }) => {
      await checkTotals(staff, { orders: sum.placed + 1, itemIds, stock: 2 * plates - sum.placed });
      const count = await countDeadLetters(admin);
      if (count > 0) wrong.push(`${count} dead letters.`);
    });
  });
  for (const service of services) await step(`uninstall ${service}`, () => releases.uninstall(service));
  const left = await leftBehind(cluster);
  if (left.length > 0) wrong.push(`Left behind: ${left.join(', ')}`);
}

/** Not one request may fail. */
async function calmly(orders: SteadyOrders, what: string, work: () => Promise<void>): Promise<void> {
  const row = await step(what, work, orders);
  if (row.failed)
    wrong.push(`${row.failed} requests failed in "${what}": ${(await orders.soFar()).failures.join('\n')}`);
}

async function step(what: string, work: () => Promise<void>, orders?: SteadyOrders): Promise<Row> {
  const before = await orders?.soFar();
  const startedAt = Date.now();
  await work();
  const row = rowOf(what, startedAt, before, await orders?.soFar());
  rows.push(row);
  console.log(lineOf(row));
  return row;
}

/** Deleted without a grace period. Resolves when all are ready again. */
async function killOne(cluster: Cluster, service: string): Promise<void> {
  const pods = await cluster.kubectl(['get', 'pods', '--selector', serving(service), '--output', 'name']);
  const [pod = ''] = pods.split('\n');
  await cluster.kubectl(['delete', pod, '--grace-period=0', '--force']);
  await cluster.kubectl(['rollout', 'status', `deployment/${service}`, '--timeout=120s']);
}

async function loadImages(load: string): Promise<void> {
  await buildUnfitImage();
  const { status } = spawnSync('sh', ['-c', `${load} "$@"`, 'load', ...ownImages(options.upgradeTo), unfitImage], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`OMS_K8S_LOAD="${load}" failed (${status}).`);
}
