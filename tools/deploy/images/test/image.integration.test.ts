// An image as it is deployed: built from the Dockerfile alone, run without root rights, on a read-only root file system.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testStack, until } from '@oms/test-kit';
import { freePorts, type ServicePorts } from '../../../dev/stack/index.ts';
import { baseImage, buildImage } from '../build-image.ts';
import { docker, dockerOutput, whyNoImage } from '../docker.ts';
import { createEmptyDatabase } from './empty-database.ts';

const tag = `oms-test/order:${process.pid}`;
const container = `oms-test-order-${process.pid}`;
const megabytesMax = 250;
// The stack listens on this machine's loopback address, which a container shares only where no virtual machine is between them.
const confined = [
  ...['--network', 'host', '--read-only', '--user', '12345:12345'],
  ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
];

const missing =
  process.platform === 'linux' ? await whyNoImage(baseImage) : 'containers share the network of a Linux machine only';
if (missing) {
  test('without Docker and the base image no image is built, and that is reported', async ({ annotate }) => {
    await annotate(`No image was built and run: ${missing}.`, 'without');
  });
} else describe('the image of a service', anImage);

function anImage(): void {
  const stack = testStack();
  let database: Awaited<ReturnType<typeof createEmptyDatabase>>;
  let megabytes: number;
  let ports: ServicePorts;

  beforeAll(async () => {
    database = await createEmptyDatabase('image');
    ports = await freePorts();
    megabytes = await buildImage({ service: 'order', tag, base: baseImage });
  }, 600_000);
  afterAll(async () => {
    await docker(['rm', '--force', '--volumes', container]);
    await docker(['image', 'rm', tag]);
    await database.drop();
  });

  const run = (env: Record<string, string>, ...program: string[]) =>
    docker(['run', '--rm', ...confined, ...settings(env), tag, ...program]);

  test('is small, is not run by root, and says what it was made of', async () => {
    expect(megabytes).toBeLessThan(megabytesMax);
    const { User, Labels } = JSON.parse(
      await dockerOutput(['image', 'inspect', '--format', '{{json .Config}}', tag]),
    ) as { User: string; Labels: Record<string, string> };
    expect(User).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(Labels).toMatchObject({
      'org.opencontainers.image.title': 'oms-order',
      'org.opencontainers.image.revision': expect.stringMatching(/^[0-9a-f]{40}/) as string,
    });
  });

  test('has no failpoint in it', async () => {
    const search = "process.exit(require('fs').readFileSync('/app/main.js', 'utf8').includes('FAILPOINT') ? 1 : 0)";
    expect(await docker(['run', '--rm', '--entrypoint', 'node', tag, '-e', search])).toEqual({ code: 0, output: '' });
  });

  test('migrates its own database, and registers the contracts', async () => {
    expect(await run({ DATABASE_URL: database.databaseUrl }, 'migrate')).toMatchObject({ code: 0 });
    expect(await run({ DATABASE_URL: database.databaseUrl }, 'migrate')).toEqual({
      code: 0,
      output: 'nothing to apply',
    });
    const { code, output } = await run(
      { KAFKA_BROKERS: stack.kafkaBrokers.join(','), REGISTRY_URL: stack.registryUrl },
      'register',
    );
    expect(output).toContain('schemas are registered');
    expect(code).toBe(0);
  });

  test('is healthy once it serves, shows its page, and stops in order on a signal', async () => {
    const { id, secret } = stack.serviceClients['order'] ?? { id: '', secret: '' };
    const environment = settings({
      HOST: '127.0.0.1',
      PORT: String(ports.order),
      MANAGEMENT_PORT: String(ports.orderManagement),
      DATABASE_URL: database.databaseUrl,
      KAFKA_BROKERS: stack.kafkaBrokers.join(','),
      REGISTRY_URL: stack.registryUrl,
      ISSUER_URL: stack.issuerUrl,
      SERVICE_CLIENT_ID: id,
      SERVICE_CLIENT_SECRET: secret,
      INVENTORY_URL: 'http://127.0.0.1:1',
    });
    const often = ['--health-interval', '1s'];
    await dockerOutput(['run', '--detach', '--name', container, ...confined, ...often, ...environment, tag]);
    await until('Docker calls it healthy', () => state('{{.State.Health.Status}}', 'healthy'), 30_000);
    const page = await fetch(`http://127.0.0.1:${ports.order}/docs/static/swagger-ui.css`);
    expect(page.status).toBe(200);
    expect((await page.text()).length).toBeGreaterThan(10_000);

    await dockerOutput(['stop', '--time', '20', container]);

    expect(await dockerOutput(['inspect', '--format', '{{.State.ExitCode}}', container])).toBe('0');
    expect(await dockerOutput(['logs', container])).toContain('order has stopped');
  });

  async function state(format: string, wanted: string): Promise<boolean> {
    const found = await dockerOutput(['inspect', '--format', format, container]);
    if (found === wanted) return true;
    throw new Error(`it is ${found}: ${await dockerOutput(['logs', '--tail', '5', container])}`);
  }
}

function settings(env: Record<string, string>): string[] {
  return Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
}
