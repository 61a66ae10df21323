/** The page of an event: fields, versions, publishers, consumers, key, headers and an example. */
import type { DocumentedEvent, DocumentedMessage, MessagesDocument } from './document.ts';
import { fieldRows } from './fields.ts';
import { html, joined, type Html } from './html.ts';
import { code, facts, page, services, table, topicPathOf } from './page.ts';

export function eventPage(event: DocumentedEvent, document: MessagesDocument): string {
  const { name, topic, newest, publishers } = event;
  const { messageHeaders, deadLetterHeaders } = document.components.schemas;
  const content = html`<h1>${name}</h1>
    <p>${newest.summary}</p>
    ${facts([
      ['topic', html`<a href="${topicPathOf(topic.name)}">${topic.name}</a>`],
      ['published by', services(publishers)],
      ['read by', readersOf(event)],
      ['version', html`${newest['x-version']}`],
      ['key', html`${newest.bindings.kafka.key.description}`],
      ['bytes', html`Confluent's wire format: byte 0, schema id as int32, Avro body`],
      ['subject', code(newest['x-subject'])],
      [
        'dead letters',
        html`${code(topic.deadLetters?.address ?? '')}, for messages that a consumer cannot decode or apply`,
      ],
    ])}
    <h2>Fields</h2>
    ${table(
      ['field', 'type', 'description'],
      fieldRows(newest.payload.schema).map(({ path, type, about }) => [code(path), html`${type}`, html`${about}`]),
    )}
    <h2>Versions</h2>
    ${versionsTable(event)}
    <h2>Headers</h2>
    ${headersTable(messageHeaders)}
    <p>A dead letter has these headers in addition:</p>
    ${headersTable(deadLetterHeaders.allOf[1])} ${exampleOf(newest)}
    <h2>Schema</h2>
    ${event.versions.map(
      (version) =>
        html`<details>
          <summary>Version ${version['x-version']}, as registered</summary>
          <pre>${JSON.stringify(version.payload.schema, null, 2)}</pre>
        </details> `,
    )}`;
  return page(`${name} - ${document.info.title}`, content);
}

function readersOf({ readers }: DocumentedEvent): Html {
  if (readers.length === 0) return services([]);
  return joined(
    readers.map(({ service, group }) => html`${service}${group === undefined ? '' : ` (group ${group})`}`),
    ', ',
  );
}

function versionsTable({ versions }: DocumentedEvent): Html {
  return table(
    ['version', 'added fields', 'removed fields'],
    versions.map((version, i) => {
      const older = versions[i + 1];
      return [
        html`${version['x-version']}`,
        older === undefined ? html`the first version` : codes(without(version, older)),
        older === undefined ? html`` : codes(without(older, version)),
      ];
    }),
  );
}

function without(version: DocumentedMessage, other: DocumentedMessage): string[] {
  const known = new Set(fieldRows(other.payload.schema).map(({ path }) => path));
  return fieldRows(version.payload.schema)
    .map(({ path }) => path)
    .filter((path) => !known.has(path));
}

function codes(names: readonly string[]): Html {
  return names.length === 0 ? html`none` : joined(names.map(code), ', ');
}

type Headers = MessagesDocument['components']['schemas']['messageHeaders'];

function headersTable({ properties, required }: Headers): Html {
  return table(
    ['header', 'description', 'required'],
    Object.entries(properties).map(([name, { description }]) => [
      code(name),
      html`${description}`,
      html`${required.includes(name) ? 'yes' : 'no'}`,
    ]),
  );
}

function exampleOf(message: DocumentedMessage): Html {
  const [example] = message.examples ?? [];
  if (example === undefined) return html``;
  return html`<h2>Example</h2>
    <p>${example.summary}</p>
    <pre>${JSON.stringify(example.payload, null, 2)}</pre>
    ${
      example.headers === undefined
        ? ''
        : html`<p>Its headers:</p>
            <pre>${JSON.stringify(example.headers, null, 2)}</pre> `
    }
    <p>Its Avro body, in base64:</p>
    <pre>${message['x-example-body'] ?? ''}</pre> `;
}
