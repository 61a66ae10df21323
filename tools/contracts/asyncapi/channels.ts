// The channels of the document: each topic with its settings and its messages, and its dead letters.
import { deadLetterTopicOf, topics, type Topic, type TopicPlan } from '@oms/contracts';
import { topicSettings, type TopicSettings } from '@oms/contracts/register';
import type { EventVersion } from './events.ts';
import { bindingVersion, deadLetterKey } from './messages.ts';

export const topicNames = Object.keys(topics) as Topic[];

export function renderChannels(events: readonly EventVersion[]): Record<string, object> {
  const settings = new Map(topicSettings().map((one) => [one.name, one]));
  return Object.fromEntries(
    topicNames.flatMap((topic) => {
      const deadLetters = deadLetterTopicOf(topic);
      return [
        [topic, renderTopic(topic, events, kept(settings.get(topic)))],
        [deadLetters, renderDeadLetters(topic, kept(settings.get(deadLetters)))],
      ];
    }),
  );
}

export const channelRef = (channel: string) => ({ $ref: `#/channels/${channel}` });
export const messageRef = (channel: string, key: string) => ({ $ref: `#/channels/${channel}/messages/${key}` });

const orders: Record<TopicPlan['versions'], string> = {
  gapless: 'The versions of one aggregate are 1, 2, 3, each on one message.',
  rising:
    'The versions of one aggregate rise; some are published on another topic only, and two messages may share one.',
};

function renderTopic(topic: Topic, events: readonly EventVersion[], bindings: object): object {
  const { owner, versions } = topics[topic];
  const keys = events.filter((event) => event.topic === topic).map(({ key }) => key);
  return {
    address: topic,
    title: topic,
    description: orders[versions],
    messages: componentsOf(keys),
    bindings,
    'x-owner': owner,
    'x-dead-letters': deadLetterTopicOf(topic),
  };
}

function renderDeadLetters(topic: Topic, bindings: object): object {
  return {
    address: deadLetterTopicOf(topic),
    title: deadLetterTopicOf(topic),
    description: `Messages of ${topic} that a service could not read or apply. Admins look at them and put them back.`,
    messages: componentsOf([deadLetterKey]),
    bindings,
    'x-dead-letters-of': topic,
  };
}

function componentsOf(keys: readonly string[]): Record<string, object> {
  return Object.fromEntries(keys.map((key) => [key, { $ref: `#/components/messages/${key}` }]));
}

function kept(settings: TopicSettings | undefined): object {
  if (settings === undefined) return {};
  const { partitions, config } = settings;
  const topicConfiguration = Object.entries(config).map(([name, value]) => [
    name,
    name === 'cleanup.policy' ? [value] : Number(value),
  ]);
  return {
    kafka: { partitions, topicConfiguration: Object.fromEntries(topicConfiguration) as object, bindingVersion },
  };
}
