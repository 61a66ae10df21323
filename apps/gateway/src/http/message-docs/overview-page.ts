/** The overview page: the topics with their settings, and their events with publishers and consumers. */
import { eventsOf, topicsOf, type DocumentedEvent, type MessagesDocument, type Topic } from './document.ts';
import { html, type Html } from './html.ts';
import { code, days, facts, page, pathOf, services, table } from './page.ts';

export function overviewPage(document: MessagesDocument): string {
  const events = eventsOf(document);
  const content = html`<h1>Messages</h1>
    <p>${document.info.description}</p>
    ${topicsOf(document).map((topic) =>
      topicSection(
        topic,
        events.filter((event) => event.topic.name === topic.name),
      ),
    )}
    <h2>By service</h2>
    ${byService(events)}`;
  return page(document.info.title, content);
}

function topicSection({ name, channel, deadLetters }: Topic, events: readonly DocumentedEvent[]): Html {
  const { partitions, topicConfiguration } = channel.bindings.kafka;
  return html`<h2 id="${name}">${name}</h2>
    <p>${channel.description}</p>
    ${table(
      ['event', 'what happened', 'version', 'published by', 'read by'],
      events.map((event) => [
        html`<a href="${pathOf(event)}">${event.name}</a>`,
        html`${event.newest.summary}`,
        html`${event.newest['x-version']}`,
        services(event.publishers),
        services(event.readers.map(({ service }) => service)),
      ]),
    )}${facts([
      ['retention', html`${days(topicConfiguration['retention.ms'])}; ${partitions} partitions`],
      ['owner', html`${channel['x-owner'] ?? ''}`],
      [
        'dead letters',
        html`${code(deadLetters?.address ?? '')}, retention
        ${days(deadLetters?.bindings.kafka.topicConfiguration['retention.ms'])}`,
      ],
    ])}`;
}

function byService(events: readonly DocumentedEvent[]): Html {
  const names = new Set(
    events.flatMap(({ publishers, readers }) => [...publishers, ...readers.map(({ service }) => service)]),
  );
  const links = (list: readonly DocumentedEvent[]) =>
    html`${list.map((event) => html`<a href="${pathOf(event)}">${event.name}</a> `)}`;
  return table(
    ['service', 'publishes', 'reads'],
    [...names]
      .toSorted()
      .map((name) => [
        html`${name}`,
        links(events.filter(({ publishers }) => publishers.includes(name))),
        links(events.filter(({ readers }) => readers.some(({ service }) => service === name))),
      ]),
  );
}
