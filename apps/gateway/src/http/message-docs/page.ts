/** The layout of the pages about messages, and their shared parts. */
import { html, joined, type Html } from './html.ts';
import type { DocumentedEvent } from './document.ts';

export const overviewPath = '/docs/messages';
export const stylePath = '/docs/messages.css';
export const pathOf = (event: Pick<DocumentedEvent, 'slug'>) => `${overviewPath}/${event.slug}`;
export const topicPathOf = (name: string) => `${overviewPath}#${name}`;

export function page(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <meta name="viewport" content="width=device-width" />
        <link rel="stylesheet" href="${stylePath}" />
      </head>
      <body>
        <nav>
          <a href="/docs">HTTP API</a> <a href="${overviewPath}">Messages</a> <a href="/asyncapi.json">asyncapi.json</a>
        </nav>
        <main>${content}</main>
      </body>
    </html> `.html;
}

export function table(heads: readonly string[], rows: readonly (readonly Html[])[]): Html {
  return html`<table>
    <thead>
      <tr>
        ${heads.map((head) => html`<th scope="col">${head}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${row.map((cell) => html`<td>${cell}</td>`)}
          </tr> `,
      )}
    </tbody>
  </table> `;
}

export function facts(pairs: readonly (readonly [string, Html])[]): Html {
  return html`<dl>
    ${pairs.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd> `,
    )}
  </dl> `;
}

export function code(text: string): Html {
  return html`<code>${text}</code>`;
}

export function services(names: readonly string[]): Html {
  return names.length === 0
    ? html`no service yet`
    : joined(
        names.map((name) => html`${name}`),
        ', ',
      );
}

export function days(ms: unknown): string {
  const count = Number(ms) / 86_400_000;
  return `${Number.isInteger(count) ? count : count.toFixed(1)} days`;
}
