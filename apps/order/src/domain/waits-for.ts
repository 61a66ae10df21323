/**
 * What an order waits for, decided from all evidence: the most concrete cause first.
 *
 * - A message that Kafka does not have; a message that a consumer has not applied, and why; a service that did not answer.
 * - Then a reservation that does not fit the order, and a notification that was given up.
 * - Then the next step of the order: who takes it, since when, and what happens at the deadline.
 * - A delivered or cancelled order whose messages are all applied waits for nothing.
 */

import {
  messagesOfChange,
  readers,
  type AnsweredService,
  type Evidence,
  type ExplainedChange,
  type ServiceEvidence,
} from './evidence.ts';
import { nextStepOf } from './next-step.ts';
import { waitCauses, type Wait } from './wait.ts';

/** A message that is younger is on its way, whatever the offsets say: they are read a moment apart. */
const onItsWayMs = 5_000;

/** All that the order waits for; the first is the most concrete. */
export function waitsFor(evidence: Evidence): Wait[] {
  return [
    ...unpublished(evidence),
    ...evidence.services.flatMap((service) => notApplied(evidence, service)),
    ...evidence.services.flatMap((service) => reservationWaits(evidence, service)),
    ...evidence.services.flatMap((service) => failedNotifications(evidence, service)),
    ...nextStepOf(evidence),
  ].toSorted((a, b) => waitCauses.indexOf(a.cause) - waitCauses.indexOf(b.cause));
}

function unpublished({ unpublished: messages }: Evidence): Wait[] {
  return messages.slice(0, 1).map(({ topic, eventType, version, since }) => ({
    cause: 'NOT_PUBLISHED',
    what: `${eventType} (version ${version}) to be published to ${topic}${messages.length > 1 ? `, and ${messages.length - 1} more messages` : ''}`,
    whose: 'the relay of the order service, as soon as Kafka takes messages',
    since,
    ...noDeadline,
  }));
}

function notApplied(evidence: Evidence, service: ServiceEvidence): Wait[] {
  const { service: name } = service;
  if (service.silent !== undefined) {
    const { group } = readers[name];
    return [
      {
        cause: 'SERVICE_SILENT',
        what: `${name} to answer: whether its consumer ${group} has applied the messages of the order is not known (${service.silent})`,
        whose: `operators of ${name}`,
        since: null,
        ...noDeadline,
      },
    ];
  }
  const waits = readers[name].topics.map((topic) => waitOfTopic(evidence, service, topic));
  return waits.flatMap((wait) => wait ?? []).slice(0, 1);
}

/** Why the first message of a topic that a service has not applied is not applied. */
function waitOfTopic(evidence: Evidence, service: AnsweredService, topic: string): Wait | undefined {
  const { messages, service: name } = service;
  const { group } = messages.consumer;
  const deadLetter = messages.deadLetters.find((each) => each.topic === topic && !each.applied);
  if (deadLetter) {
    const { eventType, version, reason, error, at, partition, offset } = deadLetter;
    return {
      cause: 'DEAD_LETTER',
      what: `${eventType ?? 'a message'}${version === null ? '' : ` (version ${version})`} to be redriven: ${group} sent it to the dead letters as ${reason} (${topic}, partition ${partition}, offset ${offset}: ${error})`,
      whose: `operators of ${name}: oms dlq list --service ${name} --aggregate with the id of the order`,
      since: at,
      ...noDeadline,
    };
  }
  const first = evidence.changes.find((change) => !isApplied(evidence, service, topic, change));
  if (!first) return undefined;
  const message = messagesOfChange(first).find((each) => each.topic === topic)!;
  const text = `${group} to apply ${message.eventType} (version ${first.version})`;
  const since = first.at.toISOString();
  const partition = messages.partitions.find((each) => each.topic === topic);
  if (partition?.stopped) {
    const { offset, error, since: stoppedSince } = partition.stopped;
    return {
      cause: 'CONSUMER_STOPPED',
      what: `${text}: its partition ${partition.partition} of ${topic} has stopped at offset ${offset}, because a record batch cannot be read (${error})`,
      whose: `operators of ${name}: oms dlq stopped`,
      since: stoppedSince,
      ...noDeadline,
    };
  }
  const waiting = messages.waiting.find((each) => each.topic === topic);
  if (waiting) {
    return {
      cause: 'EARLIER_MESSAGE_MISSING',
      what: `${text}: version ${waiting.version} has arrived, an earlier one has not`,
      whose: `the consumer ${group} of ${name}, which gives up after its gap timeout`,
      since: waiting.since,
      ...noDeadline,
    };
  }
  const isRecent = evidence.now.getTime() - first.at.getTime() < onItsWayMs;
  if (partition && partition.lag === 0 && !isRecent) {
    return {
      cause: 'MESSAGE_NOT_APPLIED',
      what: `${text}: it has read ${topic} to its end without it`,
      whose: `operators of ${name}: recover applies what was missed`,
      since,
      ...noDeadline,
    };
  }
  return {
    cause: 'CONSUMER_BEHIND',
    what: partition
      ? `${text}: it is ${partition.lag} messages behind in partition ${partition.partition} of ${topic}, at offset ${partition.committed}`
      : `${text}: where it reads is not known, because Kafka did not answer`,
    whose: `the consumer ${group} of ${name}`,
    since,
    ...noDeadline,
  };
}

/**
 * By the inbox, or by the last applied version where the id of the message is not known. Also true for what was applied so long ago that the
 * inbox has forgotten it, or is not published yet, which has its own cause.
 */
function isApplied(
  { unpublished: messages, now }: Evidence,
  { messages: { applied, versions } }: AnsweredService,
  topic: string,
  change: ExplainedChange,
): boolean {
  const { eventId } = messagesOfChange(change).find((each) => each.topic === topic)!;
  if (messages.some((each) => each.topic === topic && each.version <= change.version)) return true;
  if (now.getTime() - change.at.getTime() > evidenceKeptMs) return true;
  // A later version proves nothing: some consumers apply messages in any order.
  if (eventId !== null) return applied.some((each) => each.eventId === eventId);
  const last = versions.find((each) => each.topic === topic)?.version ?? 0;
  return last >= change.version;
}

/** Inboxes keep their rows for 40 days. */
export const evidenceKeptMs = 40 * 24 * 60 * 60 * 1_000;

function reservationWaits(evidence: Evidence, service: ServiceEvidence): Wait[] {
  const { order, now } = evidence;
  if (service.silent !== undefined || service.reservation === undefined) return [];
  if (notApplied(evidence, service).length > 0 || evidence.unpublished.length > 0) return [];
  if (now.getTime() - order.updatedAt.getTime() < onItsWayMs) return [];
  const { reservation } = service;
  const state = reservation?.state ?? 'missing';
  const isBack = state === 'RELEASED' || state === 'WRITTEN_OFF';
  const fits =
    order.status === 'CANCELLED' ? isBack || reservation === null : !isBack && reservation !== null && state !== 'HELD';
  if (fits) return [];
  return [
    {
      cause: 'RESERVATION',
      what: `inventory to bring its reservation, which is ${state}, in line with the order, which is ${order.status}`,
      whose: 'operators of inventory: oms inventory reconcile',
      since: reservation?.since ?? order.createdAt.toISOString(),
      ...noDeadline,
    },
  ];
}

function failedNotifications(_: Evidence, service: ServiceEvidence): Wait[] {
  if (service.silent !== undefined) return [];
  const [failed] = service.retries.filter(({ nextAt }) => nextAt === null);
  if (!failed) return [];
  return [
    {
      cause: 'NOTIFICATION_FAILED',
      what: `${failed.what} to be sent: it was given up after ${failed.attempts} attempts${failed.error === null ? '' : ` (${failed.error})`}`,
      whose: 'staff: POST /v1/notifications/{id}/retry',
      since: null,
      ...noDeadline,
    },
  ];
}

const noDeadline = { deadline: null, atDeadline: null };
