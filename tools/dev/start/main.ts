// `npm start`: everything from a fresh clone (the stack, all services, a small menu), until Ctrl-C.

import { signIn } from '../client/client.ts';
import { stopChildren } from '../stack/child.ts';
import { dataFolder, developmentData } from '../stack/data-folder.ts';
import { failureText } from '../stack/failure.ts';
import { createProgress, developmentPorts, services, startStack, type Stack } from '../stack/index.ts';
import { onStopSignal } from '../stack/stop-signal.ts';
import { addresses, firstSteps, memoryTable, timeTable } from './greeting.ts';
import { urlOf } from './environment.ts';
import { seed } from './seed.ts';
import { prepareServices, startSystem, type System } from './system.ts';

const steps = [
  ...['data folder', 'jars', 'PostgreSQL', 'Kafka', 'schema registry', 'mail catcher', 'posts catcher', 'issuer'],
  ...['Prisma clients', 'bundles', 'migrations', 'contracts', ...services, 'menu'],
];
const progress = createProgress(steps);
let stack: Stack | undefined;
let system: System | undefined;
let stopping = false;

onStopSignal(async () => {
  stopping = true;
  await progress.close();
  console.log('\nStopping ...');
  await system?.stop();
  await stack?.stop();
  await stopChildren();
});

try {
  await start();
} catch (error) {
  if (!stopping) {
    await progress.close();
    console.error(`\n${failureText(error)}`);
    await system?.stop();
    await stack?.stop();
    await stopChildren();
    process.exit(1);
  }
}

async function start(): Promise<void> {
  const ports = developmentPorts();
  const dataDir = developmentData();
  // Bundling needs no stack: it uses the time that the Java parts take to start.
  const bundles = prepareServices(progress);
  bundles.catch(() => undefined);
  const onDeath = (line: string) => console.error(`  ${line}`);
  stack = await startStack({ dataDir, ports, progress, onDeath, gatewayUrl: urlOf('gateway', ports) });
  const logDir = dataFolder(dataDir).logs;
  system = await startSystem({
    stack,
    ports,
    logDir,
    progress,
    bundles,
    onDeath,
  });
  const urls = { gatewayUrl: system.urls.gateway, issuerUrl: stack.issuerUrl };
  const admin = await signIn(urls, 'admin');
  await progress.step('menu', () => seed(admin));
  await progress.close();
  console.log(`\nOMS is up.\n\n${addresses(stack, system)}\n`);
  // From the process's first moment, imports included.
  console.log(`${timeTable(progress.times(), performance.now())}\n${memoryTable(system)}\n`);
  console.log(
    `Try, in another terminal in this folder:\n\n${await firstSteps(admin, urls.gatewayUrl, urls.issuerUrl)}\n`,
  );
  console.log(`Logs are in ${logDir}. \`npm run demo\` shows orders flowing. Ctrl-C stops everything.`);
}
