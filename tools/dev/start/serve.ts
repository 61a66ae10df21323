// `nx run <service>:serve`: one service in the foreground, on the running stack, or on a stack of its own.

import { spawn } from 'node:child_process';
import { build } from '../../deploy/build/build.ts';
import { generate } from '../../database/generate/generate.ts';
import { stopChildren } from '../stack/child.ts';
import { dataFolder, developmentData } from '../stack/data-folder.ts';
import { failureText, StackError } from '../stack/failure.ts';
import { databaseServices, developmentPorts, services, startStack, type Service, type Stack } from '../stack/index.ts';
import { managementPort, refuseTakenPorts, stackPortsOf } from '../stack/ports.ts';
import { createProgress } from '../stack/progress.ts';
import { forget, reap } from '../stack/reaper.ts';
import { runningStack } from '../stack/running-stack.ts';
import { onStopSignal } from '../stack/stop-signal.ts';
import { environmentOf, managementUrlOf, urlOf } from './environment.ts';
import { nodeFlags, thriftyEnv } from './service-process.ts';
import { prepareStack } from './system.ts';

const progress = createProgress([]);
let ownStack: Stack | undefined;
let stopping = false;

const stop = async () => {
  stopping = true;
  await serving?.stop();
  await ownStack?.stop();
  await stopChildren();
};
let serving: { stop(): Promise<void>; ended: Promise<number> } | undefined;
onStopSignal(stop);

try {
  serving = await serve(serviceNamed(process.argv[2]));
  process.exitCode = await serving.ended;
} catch (error) {
  if (!stopping) console.error(failureText(error));
  process.exitCode = 1;
}
if (!stopping) {
  await stop();
  process.exit();
}

async function serve(service: Service) {
  const ports = developmentPorts();
  const folder = dataFolder(developmentData());
  const management = managementPort(service);
  await refuseTakenPorts({ [service]: ports[service], [management]: ports[management] });
  const found = runningStack(folder);
  if (!found) ownStack = await startStack({ dataDir: folder.root, ports: stackPortsOf(ports), progress });
  const stack = found ?? ownStack;
  if (!stack) throw new StackError('There is no stack.');
  console.log(found ? 'Using the stack that runs already.' : 'Started a stack of its own; it ends with this service.');
  await generate([service]);
  const bundle = await build(service);
  await prepareStack(
    stack,
    progress,
    databaseServices.filter((name) => name === service),
  );
  const [url, managementUrl] = [urlOf(service, ports), managementUrlOf(service, ports)];
  console.log(`${service} at ${url}, docs at ${url}/docs, health and metrics at ${managementUrl}`);
  return inForeground(bundle, environmentOf(service, stack, ports));
}

function inForeground(bundle: string, env: NodeJS.ProcessEnv) {
  // In a group of its own: Ctrl-C reaches us, and the service gets the signal once.
  const child = spawn(process.execPath, [...nodeFlags, bundle], {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
    env: { ...thriftyEnv, ...process.env, ...env },
  });
  const { promise: ended, resolve } = Promise.withResolvers<number>();
  child.once('exit', (code) => resolve(code ?? 1));
  child.once('error', (error) => {
    console.error(error.message);
    resolve(1);
  });
  if (child.pid) reap(child.pid, 'SIGTERM');
  void ended.then(() => child.pid && forget(child.pid));
  return {
    ended,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function serviceNamed(name: string | undefined): Service {
  const found = services.find((service) => service === name);
  if (found) return found;
  throw new StackError(`Name the service to run, one of ${services.join(', ')}; "${name ?? ''}" is none of them.`);
}
