// The stack alone, until Ctrl-C: prints its addresses.

import { stopChildren } from './child.ts';
import { developmentData } from './data-folder.ts';
import { failureText } from './failure.ts';
import { createProgress, developmentPorts, startStack, type Stack } from './index.ts';
import { stackPortsOf } from './ports.ts';
import { onStopSignal } from './stop-signal.ts';

const progress = createProgress(['PostgreSQL', 'Kafka', 'schema registry', 'mail catcher', 'posts catcher', 'issuer']);
let stack: Stack | undefined;
let stopping = false;

onStopSignal(async () => {
  stopping = true;
  await progress.close();
  await stack?.stop();
  await stopChildren();
});

try {
  stack = await startStack({ dataDir: developmentData(), ports: stackPortsOf(developmentPorts()), progress });
  await progress.close();
  console.log(addresses(stack));
} catch (error) {
  if (!stopping) {
    await progress.close();
    console.error(`\n${failureText(error)}`);
    process.exit(1);
  }
}

function addresses(found: Stack): string {
  const rows = [
    ['PostgreSQL', found.adminDatabaseUrl],
    ['Kafka', found.kafkaBrokers.join(',')],
    ['registry', found.registryUrl],
    ['issuer', found.issuerUrl],
    ['mail', `${found.smtpUrl}, page ${found.mailPageUrl}`],
    ['posts', found.postsPageUrl],
  ];
  return rows.map(([name = '', address]) => `  ${name.padEnd(12)}${address}`).join('\n');
}
