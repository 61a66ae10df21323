// The operations of the document: what each service sends and receives, and its dead letters.
import { deadLetterTopicOf, type Topic } from '@oms/contracts';
import { groupOf } from '@oms/messaging';
import { channelRef, messageRef, topicNames } from './channels.ts';
import type { EventVersion } from './events.ts';
import { bindingVersion, deadLetterKey } from './messages.ts';
import type { ServiceMessages } from './services.ts';

export function renderOperations(
  services: readonly ServiceMessages[],
  events: readonly EventVersion[],
): Record<string, object> {
  const operations = services.flatMap(({ service, subscribes }) => [
    ...topicNames.flatMap((topic) => sending(service, topic, events)),
    ...subscribes.flatMap((topic) => receiving(service, topic, events)),
  ]);
  return Object.fromEntries(operations);
}

type Operation = [key: string, operation: object];

/** It writes the newest version of an event only. */
function sending(service: string, topic: Topic, events: readonly EventVersion[]): Operation[] {
  const sent = events.filter((event) => event.topic === topic && event.isNewest && event.publishers.includes(service));
  if (sent.length === 0) return [];
  const keys = sent.map(({ key }) => key);
  return [operation(service, 'send', topic, keys, 'Written with the rows they tell of, then sent, at least once.')];
}

/** It may meet every version that was ever written. */
function receiving(service: string, topic: Topic, events: readonly EventVersion[]): Operation[] {
  const keys = events.filter((event) => event.topic === topic).map(({ key }) => key);
  const deadLetters = deadLetterTopicOf(topic);
  const group = { groupId: { type: 'string', const: groupOf({ service }) } };
  return [
    operation(service, 'receive', topic, keys, 'Applied once, in the order of the versions of an aggregate.', group),
    operation(service, 'send', deadLetters, [deadLetterKey], 'Messages that it could not decode or apply.'),
    operation(
      service,
      'receive',
      deadLetters,
      [deadLetterKey],
      'When an admin looks at its dead letters, or puts one back.',
    ),
  ];
}

function operation(
  service: string,
  action: 'send' | 'receive',
  channel: string,
  keys: readonly string[],
  summary: string,
  kafka?: object,
): Operation {
  return [
    `${service}-${action}s-${channel}`,
    {
      action,
      channel: channelRef(channel),
      title: `${service} ${action}s ${channel}`,
      summary,
      tags: [{ name: service }],
      messages: keys.map((key) => messageRef(channel, key)),
      ...(kafka && { bindings: { kafka: { ...kafka, bindingVersion } } }),
    },
  ];
}
