// The pages about messages: one document, an overview, and a page for each event.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DocumentedMessage, MessagesDocument } from '../src/http/message-docs/document.ts';
import { eventsOf } from '../src/http/message-docs/document.ts';
import { eventPage } from '../src/http/message-docs/event-page.ts';
import { fieldRows } from '../src/http/message-docs/fields.ts';
import { html } from '../src/http/message-docs/html.ts';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

let system: GatewayUnderTest;
beforeAll(async () => {
  system = await startGateway();
});
afterAll(() => system.close());
const get = (path: string) => system.ask({ path });
const documentOf = async () => (await get('/asyncapi.json')).json as unknown as MessagesDocument;
/** The text of a page, its tags taken off. */
const words = (page: string) => page.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

test('the document is public', async () => {
  const reply = await get('/asyncapi.json');
  expect([reply.status, reply.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
  expect(reply.json).toMatchObject({ asyncapi: '3.0.0', channels: { 'order-events': { address: 'order-events' } } });
});

test('the document of the HTTP API links to the messages, and they link back', async () => {
  const { info } = (await get('/openapi.json')).json as unknown as { info: { description: string } };
  expect(info.description).toContain('[messages](/docs/messages)');
  expect((await get('/docs/messages')).body).toContain('href="/docs"');
});

test('the overview shows each topic with its dead letters, and links to a page for each event', async () => {
  const { channels, components } = await documentOf();
  const { body } = await get('/docs/messages');
  for (const name of Object.keys(channels)) expect(words(body)).toContain(name);
  for (const message of Object.values(components.messages).filter((one) => 'x-event' in one)) {
    expect(body).toContain(`<a href="/docs/messages/${message['x-event']}">${message.name}</a>`);
  }
});

test('every link of a page works, and no page needs a script', async () => {
  const document = await documentOf();
  const pages = ['/docs/messages', ...eventsOf(document).map(({ slug }) => `/docs/messages/${slug}`)];
  expect(pages.length).toBeGreaterThan(7);
  for (const path of pages) {
    const page = await get(path);
    expect([page.status, page.headers['content-type']], path).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(page.body).not.toMatch(/<script|style="/);
    for (const [, found = ''] of page.body.matchAll(/(?:src|href)="([^"#]+)/g)) {
      expect((await get(found)).status, `${path} -> ${found}`).toBe(200);
    }
  }
});

test('a page shows fields, versions, publishers, consumers, key, headers, dead letters and an example', async () => {
  const text = words((await get('/docs/messages/order-placed')).body);
  expect(text).toContain('published by order read by');
  for (const reader of ['analytics', 'inventory', 'notification'])
    expect(text).toContain(`${reader} (group oms-${reader})`);
  expect(text).toContain('deliveryAddress.line2 string, or null Flat, floor or company.');
  expect(text).toContain('items[].unitPrice decimal(10, 2) in bytes Price of one unit.');
  expect(text).toContain('1 the first version');
  expect(text).toContain('key Id of the order; also the Kafka key.');
  expect(text).toContain('ce_subject');
  expect(text).toContain('dlq_reason');
  expect(text).toContain('order-events.dlq');
  expect(text).toContain('Crème de tomates');
  expect(text).toContain('SDliMWRlYjRk');
});

test('an unknown event is a problem document', async () => {
  expect(await get('/docs/messages/order-eaten')).toMatchObject({ status: 404, json: { code: 'NOT_FOUND' } });
});

describe('a page', () => {
  test('escapes text, whatever it contains', () => {
    const text = `<script>alert("it's")</script> & more`;
    expect(html`<p title="${text}">${text}</p>`.html).toBe(
      '<p title="&lt;script&gt;alert(&quot;it&#39;s&quot;)&lt;/script&gt; &amp; more">' +
        '&lt;script&gt;alert(&quot;it&#39;s&quot;)&lt;/script&gt; &amp; more</p>',
    );
    expect(html`<b>${[html`<i>${'<a>'}</i>`, html`<i>${2}</i>`]}</b>`.html).toBe('<b><i>&lt;a&gt;</i><i>2</i></b>');
  });

  test('shows the changes of each version, the newest first, and escapes the schema', async () => {
    const document = structuredClone(await documentOf());
    const first = document.components.messages['low-stock.v1'] as DocumentedMessage;
    const supplier = { name: 'supplier', type: ['null', 'string'], doc: '<img src=x onerror=alert(1)>' } as const;
    const schema = { ...first.payload.schema, fields: [...(first.payload.schema.fields ?? []), supplier] };
    const second = { ...first, payload: { ...first.payload, schema }, 'x-version': 2 };
    const channel = document.channels['inventory-alerts']!;
    Object.assign(channel.messages, { 'low-stock.v2': { $ref: '#/components/messages/low-stock.v2' } });
    Object.assign(document.components.messages, { 'low-stock.v2': second });
    const event = eventsOf(document).find(({ slug }) => slug === 'low-stock');
    const page = eventPage(event!, document);
    expect(words(page)).toMatch(/2 supplier none 1 the first version/);
    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;img src=x');
  });

  test('shows a type once, where it is defined, even if it is used again or contains itself', () => {
    const rows = fieldRows({
      type: 'record',
      fields: [
        { name: 'from', type: { type: 'enum', name: 'Status', symbols: ['OPEN', 'SHUT'] } },
        { name: 'to', type: 'Status' },
        {
          name: 'part',
          type: { type: 'record', name: 'Part', fields: [{ name: 'parts', type: { type: 'array', items: 'Part' } }] },
        },
      ],
    });
    expect(rows.map(({ path, type }) => `${path}: ${type}`)).toEqual([
      'from: OPEN | SHUT',
      'to: OPEN | SHUT',
      'part: Part',
      'part.parts: list of Part',
    ]);
  });
});
