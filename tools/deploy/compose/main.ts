// `npm run stack:containers`: the whole system in containers by docker/compose.yaml, and a menu in it. Words after it go to docker compose.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { signIn } from '../../dev/client/client.ts';
import { root } from '../../database/migrate/databases.ts';
import { docker } from '../images/docker.ts';
import { failureText, StackError } from '../../dev/stack/failure.ts';
import { developmentPorts } from '../../dev/stack/index.ts';
import { firstSteps } from '../../dev/start/greeting.ts';
import { seed } from '../../dev/start/seed.ts';

const words = process.argv.slice(2);
const waitSeconds = 300;
/** Without it `down` leaves running what belongs to a profile. */
const everyProfile = words[0] === 'down' ? ['--profile', '*'] : [];

try {
  await refuseWithoutCompose();
  process.exitCode = words.length > 0 ? await compose(words) : await up();
} catch (error) {
  console.error(failureText(error));
  process.exitCode = 1;
}

async function up(): Promise<number> {
  const ports = developmentPorts();
  const code = await compose(['up', '--build', '--detach', '--wait', '--wait-timeout', String(waitSeconds)]);
  if (code !== 0) {
    console.error('\nNot everything came up: `npm run stack:containers -- ps` and `-- logs NAME` say more.');
    return code;
  }
  const url = (port: number) => `http://127.0.0.1:${port}`;
  const urls = { gatewayUrl: url(ports.gateway), issuerUrl: url(ports.issuer) };
  const admin = await signIn(urls, 'admin');
  await seed(admin);
  console.log(`\nOMS is up, in containers.

  gateway       ${urls.gatewayUrl}, its docs at ${urls.gatewayUrl}/docs
  mails         ${url(ports.mailPage)}
  posts         ${url(ports.posts)}   (Slack and webhooks)

Try, in this folder:

${await firstSteps(admin, urls.gatewayUrl, urls.issuerUrl)}

\`npm run stack:containers -- down\` stops it, and with \`--volumes\` forgets its data too.`);
  return 0;
}

/** Its exit code; the terminal is its own. */
function compose(args: readonly string[]): Promise<number> {
  const file = join(root, 'docker/compose.yaml');
  const child = spawn('docker', ['compose', '--file', file, ...everyProfile, ...args], { stdio: 'inherit' });
  return new Promise((resolve, reject) => child.once('error', reject).once('exit', (code) => resolve(code ?? 1)));
}

async function refuseWithoutCompose(): Promise<void> {
  const { code } = await docker(['compose', 'version']);
  if (code === 0) return;
  throw new StackError(
    code === 127
      ? 'There is no docker command here. `npm start` runs the same system without Docker.'
      : 'This Docker has no `docker compose`: install its plugin, version 2.',
  );
}
