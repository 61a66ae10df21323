// The analytics service as a separate process, on its own database, with the Kafka and the registry of the tests.
import { createDatabase, testStack, tokenFor } from '@oms/test-kit';
import { build } from '../../../deploy/build/build.ts';
import type { DataFolder } from '../../../dev/stack/data-folder.ts';
import { environmentOf, managementUrlOf, urlOf } from '../../../dev/start/environment.ts';
import { startService } from '../../../dev/start/service-process.ts';
import { freeServicePorts } from '../../../dev/start/system.ts';

export async function startAnalytics(folder: DataFolder) {
  const service = 'analytics';
  const [ports, database, bundle] = await Promise.all([freeServicePorts(), createDatabase(service), build(service)]);
  const { serviceClients, ...addresses } = testStack();
  const stack = {
    ...addresses,
    databaseUrl: () => database.databaseUrl,
    serviceClient: () => serviceClients[service] ?? { id: '', secret: '' },
  };
  const url = urlOf(service, ports);
  const analytics = await startService({
    service,
    bundle,
    managementUrl: managementUrlOf(service, ports),
    logDir: folder.logs,
    runDir: folder.run,
    env: environmentOf(service, stack, ports),
  });
  const authorization = `Bearer ${await tokenFor('staff')}`;
  return {
    /** The body of the reply to a question. */
    async ask(question: string) {
      const reply = await fetch(`${url}/v1/analytics/${question}`, { headers: { authorization } });
      if (!reply.ok) throw new Error(`${question} was answered ${reply.status}: ${await reply.text()}`);
      return (await reply.json()) as Record<string, unknown>;
    },
    async stop() {
      await analytics.stop();
      await database.drop();
    },
  };
}
