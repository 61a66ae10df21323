// Mutants of messaging and group commit: messages that are lost, sent by two, applied twice; callers who get the outcome of another caller.
import { mutant, simulation, type Mutant } from './mutant.ts';

const group = 'libs/group-commit/src/group-commit.ts';
const transaction = 'libs/messaging/src/outbox/transaction.ts';
const runner = 'libs/messaging/src/consumer/batch-runner.ts';
const sender = 'libs/messaging/src/relay/sender.ts';
const ordering = 'libs/messaging/src/consumer/ordering.ts';

const orderings = 'unit libs/messaging/test/ordering.test.ts';
const groups = 'unit libs/group-commit/test/group-commit.test.ts';
const transactions = 'stack libs/messaging/test/transaction.integration.test.ts';
const relays = 'stack libs/messaging/test/relay.integration.test.ts';
const consumers = 'stack libs/messaging/test/consumer.integration.test.ts';
const offsets = 'stack libs/messaging/test/batch-order.integration.test.ts';

export const mutantsOfMessages: readonly Mutant[] = [
  mutant(
    "neighbour's-outcome",
    'a caller gets the outcome of another command of the batch',
    [group, 'const outcome = outcomes[i]!;', 'const outcome = outcomes[(i + 1) % outcomes.length]!;'],
    groups,
    simulation,
  ),
  mutant(
    'tried-again-after-unknown',
    'a batch that may have been committed is carried out once more, one by one',
    [
      group,
      'batch.length === 1 || isOutcomeUnknown(error) || isOutage(error)',
      'batch.length === 1 || isOutage(error)',
    ],
    groups,
  ),
  mutant(
    'poison-takes-all',
    'one command that PostgreSQL refuses rejects its whole batch',
    [
      group,
      'for (const waiting of batch) await settle([waiting]);',
      'for (const waiting of batch) waiting.reject(error);',
    ],
    groups,
    simulation,
  ),
  mutant(
    'answered-before-commit',
    'callers get success while COMMIT is still in flight',
    [transaction, '    await commit(client);\n', '    void commit(client).catch(() => {});\n'],
    transactions,
    simulation,
  ),
  mutant(
    'rolled-back-passes-for-committed',
    'a transaction that PostgreSQL rolled back is answered as committed',
    [transaction, "if (tag !== 'COMMIT') {", "if (tag === '') {"],
    transactions,
  ),
  mutant(
    'lost-commit-is-a-plain-failure',
    'a caller with an unknown outcome gets the answer that nothing was done',
    [transaction, 'throw new CommitUnknownError(error);', 'throw error;'],
    transactions,
  ),
  mutant(
    'inbox-not-asked',
    'a message that comes again is applied again',
    [
      'libs/messaging/src/consumer/inbox.ts',
      'return messages.filter((message) => fresh.delete(message.eventId.toLowerCase()));',
      'return messages.filter((message) => fresh.delete(message.eventId.toLowerCase()) || true);',
    ],
    consumers,
  ),
  mutant(
    'older-version-applied',
    'an older message undoes a newer one',
    [ordering, "versions === 'rising' ? version < last : version <= last", 'version < 0'],
    orderings,
  ),
  mutant(
    'gap-not-waited-for',
    'a step of an order is applied before the one it follows',
    [ordering, "versions === 'gapless' && version > last + 1", "versions === 'gapless' && version < 0"],
    orderings,
    simulation,
  ),
  mutant(
    'offset-before-effect',
    'a message whose consumer dies at work is never read again',
    [
      runner,
      'const failure = await attempt(slice);',
      'await batch.commitThrough(slice.at(-1)!);\n    const failure = await attempt(slice);',
    ],
    offsets,
    simulation,
  ),
  mutant(
    'dead-letter-skipped',
    'a message is skipped though Kafka did not take it as a dead letter',
    [runner, 'return { isTransient: true, error: error as Error };', 'return undefined;'],
    offsets,
    consumers,
  ),
  mutant(
    'deleted-before-sent',
    'an outbox row is deleted before the broker has its message',
    [
      sender,
      'const acknowledged = producer.send(',
      'onSent(batch.entries.map((entry) => entry.message.id));\n      const acknowledged = producer.send(',
    ],
    relays,
    simulation,
  ),
  mutant(
    'refused-counts-as-sent',
    'an outbox row is deleted though the broker refused its message',
    [
      sender,
      '      if (startTerm !== term) return;\n      const delayMs',
      '      onSent(batch.entries.map((entry) => entry.message.id));\n      if (startTerm !== term) return;\n      const delayMs',
    ],
    relays,
    simulation,
  ),
  mutant(
    'relay-without-lock',
    'two relays send at once, and messages of one aggregate overtake each other',
    ['libs/messaging/src/relay/leadership.ts', 'return answer.got;', 'return true;'],
    relays,
  ),
];
