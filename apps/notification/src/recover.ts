// The `recover` program: notes what Kafka told, and people were told of, since the moment to which the database was taken back. It sends nothing.
import { createCodec } from '@oms/contracts';
import { createKafka, createSchemaCache, hearAgain, type Apply } from '@oms/messaging';
import { createLogger, createPool, kafkaAccess, loadConfig } from '@oms/service-kit';
import { heardAgainAs, recoverProgram, type Recovered } from '@oms/service-kit/recover';
import { channelSettings } from './config.ts';
import { draftNotifications, type Channel } from './domain/rules.ts';
import { createRender } from './domain/templates.ts';
import { createRules } from './store/rules.ts';
import { insertSent, settleDue } from './store/sent-before.ts';

await recoverProgram('notification', async (settings, { moment, since, fix }) => {
  const { DATABASE_URL: databaseUrl, REGISTRY_URL: registryUrl } = settings;
  const { SLACK_WEBHOOK_URL, WEBHOOK_URL } = loadConfig(channelSettings);
  const channels = new Set<Channel>(['EMAIL', ...(SLACK_WEBHOOK_URL ? ['SLACK' as const] : [])]);
  if (WEBHOOK_URL) channels.add('WEBHOOK');
  const pool = createPool({ name: 'notification recover', databaseUrl, max: 2, byIndex: true });
  const logger = createLogger({ name: 'notification recover', level: 'silent' });
  const codec = await createCodec({ registryUrl, cache: createSchemaCache(pool), publishes: [] });
  const kafka = createKafka({ clientId: 'oms-notification-recover', ...kafkaAccess(settings), logger });
  const [rules, render] = [createRules(), createRender()];
  const apply: Apply = async (client, messages) => {
    const current = (await rules.current(client)).filter(({ channel }) => channels.has(channel));
    await insertSent(client, draftNotifications(messages, current, render));
  };
  const settled = await settleDue(pool, moment, { fix });
  // Only what the group had applied: what it had not come to was sent to nobody, and is for the service itself.
  const heard = await hearAgain({
    ...{ kafka, pool, codec, group: 'oms-notification', topics: ['inventory-alerts', 'order-events'] },
    ...{ until: 'committed', apply, since, fix },
  });
  const findings = [
    ...(settled > 0 ? [dueFinding(settled, fix)] : []),
    ...heardAgainAs('MESSAGES', heard, fix, 'notes them and whom they were sent to, and sends nothing'),
  ];
  return { read: heard.read, findings };
});

function dueFinding(count: number, fixed: boolean): Recovered {
  const found = `${count} notifications are not sent`;
  const expected = 'they were due at the moment that the database was restored to, and left after it';
  return { kind: 'DUE', found, expected, remedy: 'takes them as sent', fixed };
}
