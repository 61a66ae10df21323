/** The AsyncAPI document as the pages need it: topics, their events, and the services that publish and consume them. */

type Reference = { readonly $ref: string };
type HeaderSchema = {
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, { readonly description: string }>>;
};
export type AvroType = string | readonly AvroType[] | AvroSchema;
export type AvroSchema = {
  readonly type: AvroType;
  readonly name?: string;
  readonly namespace?: string;
  readonly doc?: string;
  readonly fields?: readonly AvroField[];
  readonly symbols?: readonly string[];
  readonly items?: AvroType;
  readonly logicalType?: string;
  readonly precision?: number;
  readonly scale?: number;
};
export type AvroField = { readonly name: string; readonly type: AvroType; readonly doc?: string };

/** One version of one event. */
export type DocumentedMessage = {
  readonly name: string;
  readonly summary: string;
  readonly payload: { readonly schemaFormat: string; readonly schema: AvroSchema };
  readonly bindings: { readonly kafka: { readonly key: { readonly description: string } } };
  readonly examples?: readonly { readonly summary: string; readonly headers?: object; readonly payload: object }[];
  readonly 'x-event': string;
  readonly 'x-version': number;
  readonly 'x-newest': boolean;
  readonly 'x-subject': string;
  readonly 'x-example-body'?: string;
};
export type Channel = {
  readonly address: string;
  readonly description: string;
  readonly messages: Readonly<Record<string, Reference>>;
  readonly bindings: {
    readonly kafka: { readonly partitions: number; readonly topicConfiguration: Readonly<Record<string, unknown>> };
  };
  readonly 'x-owner'?: string;
  readonly 'x-dead-letters'?: string;
};
type Operation = {
  readonly action: 'send' | 'receive';
  readonly channel: Reference;
  readonly messages: readonly Reference[];
  readonly tags: readonly { readonly name: string }[];
  readonly bindings?: { readonly kafka: { readonly groupId: { readonly const: string } } };
};
export type MessagesDocument = {
  readonly info: { readonly title: string; readonly description: string };
  readonly channels: Readonly<Record<string, Channel>>;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly components: {
    readonly messages: Readonly<Record<string, DocumentedMessage>>;
    readonly schemas: {
      readonly messageHeaders: HeaderSchema;
      readonly deadLetterHeaders: { readonly allOf: readonly [Reference, HeaderSchema] };
    };
  };
};

/** `versions` has the newest first; `publishers` and `readers` are names of services. */
export type DocumentedEvent = {
  name: string;
  slug: string;
  topic: Topic;
  newest: DocumentedMessage;
  versions: readonly DocumentedMessage[];
  publishers: readonly string[];
  readers: readonly Reader[];
};
export type Topic = { name: string; channel: Channel; deadLetters: Channel | undefined };
type Reader = { service: string; group: string | undefined };

export function eventsOf(document: MessagesDocument): DocumentedEvent[] {
  return topicsOf(document).flatMap((topic) => {
    const keys = Object.keys(topic.channel.messages);
    const bySlug = Map.groupBy(keys, (key) => document.components.messages[key]?.['x-event'] ?? '');
    return [...bySlug].flatMap(([slug, versionKeys]) => eventOf(document, topic, slug, versionKeys));
  });
}

export function topicsOf({ channels }: MessagesDocument): Topic[] {
  return Object.entries(channels)
    .filter(([, channel]) => channel['x-dead-letters'] !== undefined)
    .map(([name, channel]) => ({ name, channel, deadLetters: channels[channel['x-dead-letters'] ?? ''] }));
}

function eventOf(document: MessagesDocument, topic: Topic, slug: string, keys: readonly string[]): DocumentedEvent[] {
  const versions = keys
    .flatMap((key) => document.components.messages[key] ?? [])
    .toSorted((a, b) => b['x-version'] - a['x-version']);
  const [newest] = versions;
  if (newest === undefined) return [];
  const references = new Set(keys.map((key) => `#/channels/${topic.name}/messages/${key}`));
  const about = Object.values(document.operations).filter(({ messages }) =>
    messages.some(({ $ref }) => references.has($ref)),
  );
  const by = (action: Operation['action']) => about.filter((operation) => operation.action === action);
  return [
    {
      name: newest.name,
      slug,
      topic,
      newest,
      versions,
      publishers: by('send').flatMap(({ tags }) => tags.map(({ name }) => name)),
      readers: by('receive').flatMap(({ tags, bindings }) =>
        tags.map(({ name }) => ({ service: name, group: bindings?.kafka.groupId.const })),
      ),
    },
  ];
}
