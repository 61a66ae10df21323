// Notifications reach real receivers: maildev over SMTP, and the catcher of what is posted to Slack and to webhooks.
import { randomUUID } from 'node:crypto';
import { testStack, until } from '@oms/test-kit';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createEmailSender } from '../src/channels/email.ts';
import { createSlackSender } from '../src/channels/slack.ts';
import { createWebhookSender } from '../src/channels/webhook.ts';
import { mailsAbout, postsAbout } from './catchers.ts';
import { createSending, from, secret, type Sending } from './sending-fixture.ts';

const { smtpUrl, slackUrl, webhookUrl } = testStack();
let sending: Sending;

beforeAll(async () => {
  sending = await createSending();
});
afterEach(() => sending.clear());
afterAll(() => sending.drop());

describe('a notification', () => {
  test('by e-mail arrives as HTML and as text, with a Message-ID that a repeat would share', async () => {
    const id = await sending.insert({
      subject: 'Low stock: Ham',
      body: '<p>Ham &amp; eggs</p><table><tr><th>Left</th><td>4 kg</td></tr></table>',
    });
    sending.start({ EMAIL: createEmailSender({ smtpUrl, from }) });
    await sending.untilSent(id);
    const [mail, ...others] = await until('the mail is there', async () => {
      const mails = (await mailsAbout('Low stock: Ham')).filter(({ headers }) => headers['message-id']?.includes(id));
      return mails.length > 0 && mails;
    });
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      to: [expect.objectContaining({ address: 'ops@oms.example' })],
      from: [expect.objectContaining({ address: 'no-reply@oms.example' })],
    });
    expect(mail?.headers['message-id']).toBe(`<${id}@oms.example>`);
    expect(mail?.html).toContain('<p>Ham &amp; eggs</p>');
    expect(mail?.text.trim()).toBe('Ham & eggs\nLeft  4 kg');
  });

  test('on Slack arrives as it was written', async () => {
    const text = `:x: *Order ${randomUUID()}* was cancelled &lt;b&gt;`;
    const id = await sending.insert({ channel: 'SLACK', target: '#kitchen-alerts', subject: null, body: text });
    sending.start({ SLACK: createSlackSender({ url: slackUrl }) });
    await sending.untilSent(id);
    expect((await postsAbout(text)).map(({ body }) => body)).toEqual([{ text }]);
  });

  test('to a webhook is signed as Standard Webhooks asks, and has the notification as its id', async () => {
    const body = JSON.stringify({ type: 'order.delivered', data: { orderId: randomUUID() } });
    const id = await sending.insert({ channel: 'WEBHOOK', target: 'order-webhook', subject: null, body });
    sending.start({ WEBHOOK: createWebhookSender({ url: webhookUrl, secret }) });
    await sending.untilSent(id);
    const [post] = await postsAbout(id);
    expect(post?.headers['webhook-id']).toBe(id);
    expect(new Webhook(secret).verify(JSON.stringify(post?.body), post!.headers)).toEqual(JSON.parse(body));
  });

  test('is sent as soon as the senders are woken, with no poll in between', async () => {
    const first = await sending.insert({ channel: 'SLACK', subject: null, body: randomUUID() });
    const dispatch = sending.start({ SLACK: createSlackSender({ url: slackUrl }) }, { pollMs: 600_000 });
    await sending.untilSent(first);
    const id = await sending.insert({ channel: 'SLACK', subject: null, body: randomUUID() });
    dispatch.wake();
    await sending.untilSent(id);
  });

  test('is found by the poll when nobody wakes the senders', async () => {
    sending.start({ SLACK: createSlackSender({ url: slackUrl }) }, { pollMs: 50 });
    const id = await sending.insert({ channel: 'SLACK', subject: null, body: randomUUID() });
    await sending.untilSent(id);
  });

  test('among hundreds is sent once, by two processes at the same time', async () => {
    const mark = randomUUID();
    const bodies = Array.from({ length: 300 }, (_, at) => `${mark} ${at}`);
    await sending.insertAll(bodies.map((body) => ({ channel: 'SLACK', subject: null, body })));
    sending.start({ SLACK: createSlackSender({ url: slackUrl }) });
    sending.start({ SLACK: createSlackSender({ url: slackUrl }) });
    await until('all are sent', async () => (await sending.count('SENT')) === 300);
    const texts = (await postsAbout(mark)).map(({ body }) => body.text);
    expect(texts.toSorted()).toEqual(bodies.toSorted());
  });
});

describe('stopping', () => {
  test('waits for the sends in flight and records them', async () => {
    const ids = await sending.insertAll(Array.from({ length: 8 }, () => ({ subject: `Ticket ${randomUUID()}` })));
    const dispatch = sending.start({ EMAIL: createEmailSender({ smtpUrl, from }) });
    await until('they are taken up', async () => (await sending.count('PENDING')) < 8);
    await dispatch.stop();
    for (const id of ids) expect((await sending.row(id)).status).toBe('SENT');
  });
});
