// Renders a rule's templates (Liquid) for its channel: values are escaped for where they land, and a broken template never silences an alert.
import { formatCents } from '@oms/contracts';
import { Liquid, type Template } from 'liquidjs';
import type { Channel, Facts, Render, Rendered, Rule } from './rules.ts';

type Engines = { subject: Liquid; body: Record<Channel, Liquid> };
/** A line break within a value, in HTML: the plain text of the mail marks the line that follows as a quote. */
export const quotedBreak = '<br class="quote">';

type Compiled = { subject: Template[] | null; body: Template[] };

const blanksAndControls = /[\s\p{Cc}\u2028\u2029]+/gu;
const lineBreaks = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/g;
const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};

// What is sent when a rule's own templates fail: the bare facts, and which rule needs mending.
const plainSubject = '{{ event | words }}';
const plainBody: Record<Channel, string> = {
  EMAIL:
    '<p>{{ event | words }}</p><table>{% for fact in about %}<tr><th>{{ fact[0] }}</th><td>{{ fact[1] }}</td></tr>{% endfor %}</table>' +
    '<p>The templates of the rule {{ rule }} failed: {{ reason }}</p>',
  SLACK:
    '*{{ event | words }}*{% for fact in about %}\n{{ fact[0] }}: {{ fact[1] }}{% endfor %}\nThe templates of the rule {{ rule }} failed: {{ reason }}',
  WEBHOOK: '{"type": {{ event }}, "timestamp": {{ occurredAt }}, "data": {{ facts }}, "templateError": {{ reason }}}',
};

/**
 * Templates see the facts of `factsOf`, and two filters of ours: `money` (cents to "12.50") and `words` (SOLD_OUT to "sold out").
 * An e-mail's body is HTML and its values are HTML-escaped; Slack's are escaped as Slack asks, so no name can mention a channel;
 * a webhook's body is JSON and every value is written as JSON. A subject is one line whatever the values hold.
 *
 * People write values of several lines: notes, instructions. Their line breaks stay, and each further line is a quote, so that no text looks
 * like a line of ours or like a second post. Control characters are left out.
 */
export function createRender(): Render {
  const engines: Engines = {
    subject: createEngine(text),
    body: {
      EMAIL: createEngine((value) => quoted(value, /[&<>"']/g, quotedBreak)),
      SLACK: createEngine((value) => quoted(value, /[&<>]/g, '\n> ')),
      WEBHOOK: createEngine((value) => JSON.stringify(value ?? null)),
    },
  };
  const compiled = new WeakMap<Rule, Compiled>();
  return (rule, facts) => {
    try {
      const templates = compiled.get(rule) ?? compile(engines, rule);
      compiled.set(rule, templates);
      return render(engines, rule.channel, templates, facts);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const plain = { ...rule, subject: rule.subject === null ? null : plainSubject, body: plainBody[rule.channel] };
      return render(engines, rule.channel, compile(engines, plain), plainFacts(rule, facts, reason));
    }
  };
}

/** @param lineBreak what a line break of the value becomes */
function quoted(value: unknown, signs: RegExp, lineBreak: string): string {
  return text(value)
    .split(lineBreaks)
    .map((line) => line.replace(/\p{Cc}/gu, '').replace(signs, (sign) => escapes[sign] ?? sign))
    .join(lineBreak);
}

function createEngine(outputEscape: (value: unknown) => string): Liquid {
  // templates: {} leaves `include` and `render` no files to read; the limits bound what a careless template may cost. The one of
  // time, in ms, goes by the clock on the wall, and a good template's process may have to wait for a processor for 100 of them.
  const engine = new Liquid({
    outputEscape,
    templates: {},
    strictFilters: true,
    timezoneOffset: 0,
    locale: 'en',
    parseLimit: 50_000,
    renderLimit: 1_000,
    memoryLimit: 1_000_000,
  });
  engine.registerFilter('money', (cents: unknown) => (Number.isInteger(cents) ? formatCents(cents as number) : ''));
  engine.registerFilter('words', (value: unknown) => text(value).toLowerCase().replaceAll('_', ' '));
  return engine;
}

function compile({ subject, body }: Engines, rule: Rule): Compiled {
  return {
    subject: rule.subject === null ? null : subject.parse(rule.subject),
    body: body[rule.channel].parse(rule.body),
  };
}

function render(engines: Engines, channel: Channel, { subject, body }: Compiled, facts: Facts): Rendered {
  const written = String(engines.body[channel].renderSync(body, facts)).trim();
  return {
    subject: subject && String(engines.subject.renderSync(subject, facts)).replace(blanksAndControls, ' ').trim(),
    // Parsed and written again: a template that makes no JSON is found here, not by the receiver.
    body: channel === 'WEBHOOK' ? JSON.stringify(JSON.parse(written)) : written,
  };
}

function plainFacts({ name }: Rule, facts: Facts, reason: string): Facts {
  const about = Object.entries(facts).filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  return { event: facts['eventType'], occurredAt: facts['occurredAt'], facts, about, rule: name, reason };
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  return value instanceof Date ? value.toISOString() : JSON.stringify(value);
}
