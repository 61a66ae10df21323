/** One timeline of an order over all services: changes, messages with their places, reservation, ledger, figures and notifications. */

import {
  messagesOfChange,
  serviceNames,
  type AnsweredService,
  type Evidence,
  type ExplainedChange,
  type ExplainedOrder,
  type Missing,
} from './evidence.ts';
import { evidenceKeptMs } from './waits-for.ts';

export type TimelineEntry = {
  readonly at: string;
  readonly service: string;
  readonly kind: string;
  readonly text: string;
  readonly traceId?: string;
  readonly message?: MessagePlace;
};

export type MessagePlace = {
  readonly topic: string;
  readonly partition: number | null;
  readonly offset: string | null;
  readonly eventId: string | null;
  readonly consumer: string | null;
};

/** The oldest first; entries of one moment in the order of the data flow. */
export function timelineOf(evidence: Evidence): TimelineEntry[] {
  const { order, changes, unpublished, services } = evidence;
  const answered = services.filter((service): service is AnsweredService => service.silent === undefined);
  const entries = [
    ...changes.map(changeEntry),
    ...lateEntries(order),
    ...unpublished.map(({ topic, eventType, version, since }) => ({
      at: since,
      service: 'order',
      kind: 'NOT_PUBLISHED',
      text: `${eventType} (version ${version}) waits in the outbox`,
      message: { topic, partition: null, offset: null, eventId: null, consumer: null },
    })),
    ...answered.flatMap(({ service, entries: own }) => own.map((entry) => ({ ...entry, service }))),
    ...answered.flatMap((service) => messageEntries(service, changes)),
  ];
  const flow = ['order', ...serviceNames];
  return entries.toSorted(
    (a, b) => Date.parse(a.at) - Date.parse(b.at) || flow.indexOf(a.service) - flow.indexOf(b.service),
  );
}

function changeEntry(change: ExplainedChange): TimelineEntry {
  const { version, from, to, milestone, at, by, reason, note, traceId } = change;
  const what = from === null ? 'Placed' : milestone ? milestoneTexts[milestone] : `${from} -> ${to}`;
  const why = [reason, note].filter((text) => text !== null).join(': ');
  return {
    at: at.toISOString(),
    service: 'order',
    kind: from === null ? 'PLACED' : 'CHANGED',
    text: `${what} by ${by.role} ${by.id}${why === '' ? '' : ` (${why})`}, version ${version}`,
    ...(traceId !== null && { traceId }),
  };
}

/** A mark, and no change of the order: it has a message of its own. */
function lateEntries({ preparingLateAt, deliveryLateAt }: ExplainedOrder): TimelineEntry[] {
  const late = [
    { at: preparingLateAt, text: 'Preparing passed its promise: ORDER_LATE' },
    { at: deliveryLateAt, text: 'The promised delivery time passed: ORDER_LATE' },
  ];
  return late.flatMap(({ at, text }) =>
    at === null ? [] : [{ at: at.toISOString(), service: 'order', kind: 'LATE', text }],
  );
}

const milestoneTexts = { READY: 'The kitchen has finished it', DUE: 'Shown to the kitchen' };

function messageEntries({ service, messages }: AnsweredService, changes: readonly ExplainedChange[]): TimelineEntry[] {
  const known = new Map(
    changes.flatMap((change) =>
      messagesOfChange(change).map(
        ({ eventId, eventType }) => [eventId, { eventType, version: change.version }] as const,
      ),
    ),
  );
  const { group: consumer } = messages.consumer;
  return [
    ...messages.applied.map(({ eventId, topic, partition, offset, at }) => {
      const { eventType, version } = known.get(eventId) ?? { eventType: 'a message', version: '?' };
      return {
        at,
        service,
        kind: 'APPLIED',
        text: `Applied ${eventType} (version ${version})`,
        message: { topic, partition, offset, eventId, consumer },
      };
    }),
    ...messages.waiting.map(({ topic, partition, offset, version, since }) => ({
      at: since,
      service,
      kind: 'WAITING',
      text: `Version ${version} waits for an earlier version`,
      message: { topic, partition, offset, eventId: null, consumer },
    })),
    ...messages.deadLetters.map(({ topic, partition, offset, eventType, version, reason, error, at, applied }) => ({
      at,
      service,
      kind: 'DEAD_LETTER',
      text: `Sent ${eventType ?? 'a message'} (version ${version ?? '?'}) to the dead letters, ${reason}: ${error}${applied ? '; redriven and applied since' : ''}`,
      message: { topic, partition, offset, eventId: null, consumer },
    })),
  ];
}

/** What could not be found out, and why: silent services, and evidence that is deleted after a time or was never kept. */
export function missingOf({ changes, services, now }: Evidence): Missing[] {
  const own: Missing[] = [];
  const [first] = changes;
  if (first && now.getTime() - first.at.getTime() > evidenceKeptMs)
    own.push({ what: 'when consumers applied the messages', reason: 'Inboxes keep their rows for 40 days.' });
  if (changes.some(({ analyticsEventId }) => analyticsEventId === null))
    own.push({
      what: 'where the messages on analytics-events are',
      reason: 'The order was changed by an earlier release, or written by recover: their ids were not kept.',
    });
  if (changes.some(({ traceId }) => traceId === null))
    own.push({ what: 'the trace of some changes', reason: 'They were not traced, or made by an earlier release.' });
  return [
    ...own,
    ...services.flatMap((service): Missing[] => {
      const { service: name } = service;
      if (service.silent !== undefined) return [{ what: `what ${name} knows`, reason: service.silent }];
      return [...service.messages.missing, ...service.missing];
    }),
  ];
}
