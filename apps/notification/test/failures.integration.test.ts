// What becomes of a notification when the network or the receiver fails.
import { randomUUID } from 'node:crypto';
import { testStack, until } from '@oms/test-kit';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Delivery } from '../src/channels/channel.ts';
import { createEmailSender } from '../src/channels/email.ts';
import { createSlackSender } from '../src/channels/slack.ts';
import { createWebhookSender } from '../src/channels/webhook.ts';
import { retryInTransaction } from '../src/store/notifications.ts';
import { mailsAbout, postsAbout } from './catchers.ts';
import { createGate, type Gate } from './receiver-proxy.ts';
import { createSending, from, secret, type Sending } from './sending-fixture.ts';

const { smtpUrl, slackUrl, webhookUrl } = testStack();
let sending: Sending;
const gates: Gate[] = [];

beforeAll(async () => {
  sending = await createSending();
});
afterEach(async () => {
  await sending.clear();
  await Promise.all(gates.splice(0).map((gate) => gate.close()));
});
afterAll(() => sending.drop());

describe('when the receiver fails', () => {
  test('a shut mail server is tried again until it opens, and then gets the mail once', async () => {
    const gate = await gateTo(smtpUrl);
    gate.mode = 'shut';
    const subject = `Ticket ${randomUUID()}`;
    const id = await sending.insert({ subject });
    sending.start({ EMAIL: createEmailSender({ smtpUrl: gate.url, from }) });
    await until('two attempts have failed', async () => {
      await sending.hurry(id);
      return (await sending.row(id)).attempts >= 2;
    });
    gate.mode = 'open';
    await sending.untilSent(id, { hurrying: true });
    expect(await mailsAbout(subject)).toHaveLength(1);
  });

  test('a mail whose answer was lost is sent again, with the same Message-ID, and recorded as a possible repeat', async () => {
    const gate = await gateTo(smtpUrl);
    gate.loseAnswersAfter = '\r\n.\r\n';
    const subject = `Ticket ${randomUUID()}`;
    const id = await sending.insert({ subject });
    sending.start({ EMAIL: createEmailSender({ smtpUrl: gate.url, from }) });
    expect(await sending.untilFailedOnce(id)).toMatchObject({ status: 'PENDING', maybeSentBefore: true });
    gate.loseAnswersAfter = undefined;
    await sending.untilSent(id, { hurrying: true });
    expect(await sending.row(id)).toMatchObject({ attempts: 2, maybeSentBefore: true });
    const ids = (await mailsAbout(subject)).map(({ headers }) => headers['message-id']);
    expect(ids).toEqual([`<${id}@oms.example>`, `<${id}@oms.example>`]);
  });

  test('a post whose answer was lost is marked, one that never got through is not', async () => {
    const losing = await gateTo(slackUrl);
    losing.mode = 'losing';
    const lost = await sending.insert({ channel: 'SLACK', subject: null, body: randomUUID() });
    sending.start({ SLACK: createSlackSender({ url: losing.url }) });
    expect(await sending.untilFailedOnce(lost)).toMatchObject({ status: 'PENDING', maybeSentBefore: true });
    const nobody = await gateTo(webhookUrl);
    await nobody.close();
    gates.length = 0;
    const unreached = await sending.insert({ channel: 'WEBHOOK', subject: null, body: '{}' });
    sending.start({ WEBHOOK: createWebhookSender({ url: nobody.url, secret }) });
    expect(await sending.untilFailedOnce(unreached)).toMatchObject({
      status: 'PENDING',
      maybeSentBefore: false,
      lastError: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('a mailbox or an address that can not be is not tried again', async () => {
    const ids = await sending.insertAll([
      { target: 'ops@oms.example\r\nRCPT TO:<all@oms.example>' },
      { target: 'ops@oms.example, all@oms.example' },
      { subject: 'Low stock\r\nBcc: all@oms.example' },
    ]);
    sending.start({ EMAIL: createEmailSender({ smtpUrl, from }) });
    await until('all have failed', async () => (await sending.count('FAILED')) === 3);
    for (const id of ids)
      expect(await sending.row(id)).toMatchObject({ attempts: 1, lastError: expect.stringContaining('one line') });
    expect(await mailsAbout('all@oms.example')).toEqual([]);
  });

  test('a redirect is not followed', async () => {
    const id = await sending.insert({ channel: 'WEBHOOK', subject: null, body: '{}' });
    const { pathname } = new URL(webhookUrl);
    sending.start({ WEBHOOK: createWebhookSender({ url: webhookUrl.replace(pathname, '/no-such-place'), secret }) });
    expect(await sending.untilFailedOnce(id)).toMatchObject({
      status: 'PENDING',
      maybeSentBefore: false,
      lastError: 'the receiver answered 404',
    });
  });
});

describe('when the database fails between the send and the record', () => {
  test('the outcome is recorded as soon as it is back, and nothing is sent twice', async () => {
    const gate = await gateTo(sending.databaseUrl);
    const pool = new pg.Pool({ connectionString: gate.url });
    pool.on('error', () => {}); // the connections that the gate cuts
    const body = randomUUID();
    const id = await sending.insert({ channel: 'SLACK', subject: null, body });
    const slack = createSlackSender({ url: slackUrl });
    const SLACK = {
      ...slack,
      async send(delivery: Delivery) {
        const outcome = await slack.send(delivery);
        gate.mode = 'shut';
        gate.cut();
        return outcome;
      },
    };
    sending.start({ SLACK }, { pool, pollMs: 20 });
    await until('it is sent and not recorded', async () => (await postsAbout(body)).length === 1);
    expect(await sending.row(id)).toMatchObject({ status: 'SENDING' });
    gate.mode = 'open';
    expect(await sending.untilSent(id)).toMatchObject({ attempts: 1, maybeSentBefore: false });
    expect(await postsAbout(body)).toHaveLength(1);
    await sending.clear();
    await pool.end();
  });
});

test('a retry by hand whose COMMIT is not answered is made once, and not refused', async () => {
  const gate = await gateTo(sending.databaseUrl);
  const pool = new pg.Pool({ connectionString: gate.url, max: 1 });
  pool.on('error', () => {}); // the connections that the gate cuts
  const id = await sending.insert({ channel: 'SLACK', subject: null, body: randomUUID() });
  await sending.pool.query(`UPDATE notifications SET status = 'FAILED', attempts = 3 WHERE id = $1`, [id]);
  gate.loseAnswersAfter = 'COMMIT';
  expect(await retryInTransaction(pool, id)).toBe(true);
  expect(await sending.row(id)).toMatchObject({ status: 'PENDING', attempts: 0 });
  gate.loseAnswersAfter = undefined;
  await expect(retryInTransaction(pool, id)).rejects.toMatchObject({ code: 'NOT_FAILED' });
  await pool.end();
});

async function gateTo(url: string): Promise<Gate> {
  const gate = await createGate(url);
  gates.push(gate);
  return gate;
}
