// The `recover` program: marks as sent what was sent after the moment to which the database was restored. It sends nothing.
import { createCodec } from '@oms/contracts';
import { createKafka, createSchemaCache, groupOf, replay, type Apply } from '@oms/messaging';
import { loadConfig } from '@oms/service-kit';
import { replayDiscrepancies, recoverProgram, type Recovered } from '@oms/service-kit/recover';
import { channelSettings } from './config.ts';
import { draftNotifications, type Channel } from './domain/rules.ts';
import { createRender } from './domain/templates.ts';
import { createRules } from './store/rules.ts';
import { insertSent, settleDue } from './recovery/mark-sent.ts';

await recoverProgram('notification', async ({ pool, registryUrl, kafka }, { moment, since, fix }) => {
  const { SLACK_WEBHOOK_URL, WEBHOOK_URL } = loadConfig(channelSettings);
  const channels = new Set<Channel>(['EMAIL', ...(SLACK_WEBHOOK_URL ? ['SLACK' as const] : [])]);
  if (WEBHOOK_URL) channels.add('WEBHOOK');
  const codec = await createCodec({ registryUrl, cache: createSchemaCache(pool), publishes: [] });
  const [rules, render] = [createRules(), createRender()];
  const apply: Apply = async (client, messages) => {
    const current = (await rules.current(client)).filter(({ channel }) => channels.has(channel));
    await insertSent(client, draftNotifications(messages, current, render));
  };
  const settled = await settleDue(pool, moment, { fix });
  // Only what the group had applied: the service itself applies the other messages, and sends.
  const replayed = await replay({
    kafka: createKafka(kafka),
    pool,
    codec,
    ordering: 'strict',
    apply,
    since,
    fix,
    group: groupOf({ service: 'notification' }),
    topics: ['inventory-alerts', 'order-events'],
    until: 'committed',
  });
  const discrepancies = [
    ...(settled > 0 ? [dueDiscrepancy(settled, fix)] : []),
    ...replayDiscrepancies('MESSAGES', replayed, fix, 'notes them and whom they were sent to, and sends nothing'),
  ];
  return { read: replayed.read, discrepancies };
});

function dueDiscrepancy(count: number, fixed: boolean): Recovered {
  const found = `${count} notifications are not sent`;
  const expected = 'they were due at the moment that the database was restored to, and left after it';
  return { kind: 'DUE', found, expected, remedy: 'takes them as sent', fixed };
}
