// What a rule's templates make of a message, and what they can't be made to do.
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { plainText } from '../src/channels/mail-body.ts';
import { factsOf, type Channel, type NotifiableMessage } from '../src/domain/rules.ts';
import { createRender } from '../src/domain/templates.ts';
import { lowStock, orderPlaced, orderStatusChanged } from './message-fixtures.ts';

const render = createRender();
const nasty = `<script>alert("x")</script> & <!channel>`;

describe('values are escaped for where they land', () => {
  test('as HTML in an e-mail', () => {
    const { body } = rendered('EMAIL', '<p>{{ itemName }}</p>', lowStock({ itemName: nasty }));
    expect(body).toBe('<p>&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; &amp; &lt;!channel&gt;</p>');
  });

  test('as Slack asks, so that no name calls a whole channel', () => {
    const { body } = rendered('SLACK', '*{{ itemName }}*', lowStock({ itemName: nasty }));
    expect(body).toBe('*&lt;script&gt;alert("x")&lt;/script&gt; &amp; &lt;!channel&gt;*');
  });

  test('as JSON in a webhook, with their types', () => {
    const template = '{ "name": {{ itemName }}, "left": {{ quantity }}, "at": {{ occurredAt }}, "no": {{ nothing }} }';
    const { body } = rendered('WEBHOOK', template, lowStock({ itemName: `"}, \n{"a": 1` }));
    expect(JSON.parse(body)).toEqual({ name: `"}, \n{"a": 1`, left: 4, at: '2026-11-23T12:34:56.000Z', no: null });
  });

  test('and stay on one line in a subject', () => {
    const message = lowStock({ itemName: 'Milk\r\nBcc: all@oms.example\u2028\u0000' });
    expect(rendered('EMAIL', '-', message, 'Low: {{ itemName }}').subject).toBe('Low: Milk Bcc: all@oms.example');
  });
});

describe('a value of several lines', () => {
  const note = 'no more basil\r\n:x: *Order 6F1B6A4E was cancelled*\u2028sorry\u001b[31m';

  test('is quoted line by line on Slack, so that none looks like a post of ours', () => {
    const { body } = rendered('SLACK', ':x: *Cancelled*\n> {{ note }}', orderStatusChanged({ note }));
    expect(body).toBe(':x: *Cancelled*\n> no more basil\n> :x: *Order 6F1B6A4E was cancelled*\n> sorry[31m');
  });

  test('keeps its line breaks in an e-mail, and is quoted line by line in its plain text', () => {
    const { body } = rendered(
      'EMAIL',
      '<p>Why:</p><blockquote>{{ note }}</blockquote><p>Bye</p>',
      orderStatusChanged({ note }),
    );
    expect(body).toBe(
      '<p>Why:</p><blockquote>no more basil<br class="quote">:x: *Order 6F1B6A4E was cancelled*<br class="quote">sorry[31m</blockquote><p>Bye</p>',
    );
    expect(plainText(body)).toBe('Why:\n\n> no more basil\n> :x: *Order 6F1B6A4E was cancelled*\n> sorry[31m\nBye');
  });

  test('stays JSON in a webhook', () => {
    const { body } = rendered('WEBHOOK', '{ "note": {{ note }} }', orderStatusChanged({ note }));
    expect(JSON.parse(body)).toEqual({ note });
  });

  test('cannot look like ours by any line break or control character', () => {
    const breaks = fc.constantFrom(
      '\n',
      '\r',
      '\r\n',
      '\v',
      '\f',
      '\u0085',
      '\u2028',
      '\u2029',
      '\u001b',
      '\u0007',
      'a',
      '>',
    );
    fc.assert(
      fc.property(fc.string({ unit: breaks }), (text) => {
        const message = orderStatusChanged({ note: `start${text}` });
        const slack = rendered('SLACK', 'ours\n> {{ note }}', message).body.split('\n').slice(1);
        const html = rendered('EMAIL', '<p>ours</p><blockquote>{{ note }}</blockquote>', message).body;
        const mail = plainText(html).split('\n').slice(2);
        for (const lines of [slack, mail]) {
          expect(lines.every((line) => line.startsWith('>') && !/[^\P{Cc}\n]|[\u2028\u2029]/u.test(line))).toBe(true);
        }
      }),
    );
  });
});

describe('a template can', () => {
  test('write money and words', () => {
    expect(rendered('SLACK', '{{ totalAmount | money }}', orderPlaced()).body).toBe('31.50');
    expect(rendered('SLACK', '{{ reason | words }}', orderStatusChanged()).body).toBe('sold out');
  });

  test('take its time when its process gets no processor for half a second', () => {
    let nowMs = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 100));
    try {
      expect(
        rendered('SLACK', '{{ itemName }} {{ unit }} {{ quantity }}', lowStock({ itemName: 'Milk' })).body,
      ).toMatch(/^Milk /);
    } finally {
      clock.mockRestore();
    }
  });

  test('write times in UTC', () => {
    expect(rendered('SLACK', '{{ occurredAt | date: "%d %b %Y, %H:%M" }}', lowStock()).body).toBe('23 Nov 2026, 12:34');
  });

  test('name an order by a short number', () => {
    const message = orderPlaced({ aggregateId: '6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11' as never });
    expect(rendered('SLACK', '{{ orderNumber }}', message).body).toBe('6F1B6A4E');
  });
});

describe('a broken template still sends the facts', () => {
  test.each([
    ['that can not be read', '{% if %}'],
    ['with an unknown filter', '{{ itemName | sparkle }}'],
    ['that reads a file', '{% include "/etc/hostname" %}'],
    ['that never ends', '{% for a in (1..9999999) %}{% for b in (1..9999999) %}x{% endfor %}{% endfor %}'],
  ])('%s', (_what, template) => {
    const { subject, body } = rendered('EMAIL', template, lowStock({ itemName: 'Ham & <eggs>' }), 'Low stock');
    expect(subject).toBe('low stock');
    expect(body).toContain('Ham &amp; &lt;eggs&gt;');
    expect(body).toContain('The templates of the rule A rule failed');
  });

  test('to a webhook as well, in JSON', () => {
    const message = lowStock();
    const body = JSON.parse(rendered('WEBHOOK', '{ "cut off": ', message).body);
    expect(body).toMatchObject({ type: 'LOW_STOCK', data: { itemName: 'Mozzarella', quantity: 4 } });
    expect(body.templateError).toMatch(/JSON/);
  });
});

function rendered(channel: Channel, body: string, message: NotifiableMessage, subject: string | null = null) {
  const rule = {
    id: 'r',
    name: 'A rule',
    event: message.eventType,
    condition: null,
    channel,
    target: 't',
    subject,
    body,
    whenDue: false,
  };
  return render(rule, factsOf(message));
}
