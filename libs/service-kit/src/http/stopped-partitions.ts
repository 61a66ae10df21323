/** Routes for admins: the partitions that a service cannot continue, and skipping the record batch that cannot be read. */

import { Refusal } from '../refusal.ts';
import { nameSchemas, Timestamp, Type, type Static } from '../schemas.ts';
import type { Http } from './create-http.ts';

const Offset = Type.String({ pattern: '^\\d{1,18}$', examples: ['17'] });
const Place = {
  topic: Type.String({ minLength: 1, maxLength: 100 }),
  partition: Type.Integer({ minimum: 0 }),
  first: Type.Unsafe<string>({ ...Offset, description: 'The first offset of the batch that cannot be read' }),
};

const StoppedPartition = Type.Object({
  ...Place,
  last: Type.Unsafe<string>({ ...Offset, description: 'The last offset of the batch' }),
  bytes: Type.Integer({ description: 'The size of the batch in the log' }),
  error: Type.String({ description: 'Why it cannot be read' }),
  stoppedAt: Timestamp,
  skipRequestedBy: Type.Union([Type.String(), Type.Null()], {
    description: 'Who asked to skip it; the service does so within seconds',
  }),
});
const StoppedPartitionList = Type.Object({ data: Type.Array(StoppedPartition) });
const SkipBody = Type.Object(Place);
const SkipReport = Type.Object({ skipRequestedBy: Type.String() });

/** What the routes need; `createDeadLetterAdmin` of @oms/messaging provides it. */
export type StoppedPartitionAdmin = {
  stoppedPartitions(): Promise<Static<typeof StoppedPartition>[]>;
  skipBatch(request: Static<typeof SkipBody> & { by: string }): Promise<boolean>;
};

type Log = { warn(fields: object, text: string): void };

nameSchemas({ StoppedPartitionList, SkipBatch: SkipBody, SkipReport });

/** @param path of the dead letters, such as `/v1/inventory/dead-letters` */
export function stoppedPartitionRoutes(
  http: Http,
  { path, admin }: { path: string; admin: StoppedPartitionAdmin },
): void {
  const tags = ['dead letters'];
  const operationId = operationIdsOf(path);
  const roles = ['admin'] as const;
  const problems = ['DEAD_LETTERS_UNAVAILABLE'];

  http.get(
    `${path}/stopped-partitions`,
    {
      config: { roles, problems },
      schema: {
        tags,
        operationId: operationId('listStoppedPartitions'),
        summary: 'List the partitions that have stopped, because a record batch in them cannot be read',
        response: { 200: StoppedPartitionList },
      },
    },
    async ({ log }) => ({ data: await orUnavailable(log, admin.stoppedPartitions()) }),
  );

  http.post(
    `${path}/stopped-partitions/skip`,
    {
      config: { roles, problems: [...problems, 'NOT_FOUND'] },
      schema: {
        tags,
        operationId: operationId('skipBatch'),
        summary: 'Skip the batch at which a partition has stopped; a dead letter says where it lies',
        description:
          'All messages of the batch are passed for ever. Deploy a version that can read it instead, if there is one.',
        body: SkipBody,
        response: { 202: SkipReport },
      },
    },
    async ({ body: { topic, partition, first }, caller, log }, reply) => {
      if (await orUnavailable(log, admin.skipBatch({ topic, partition, first, by: caller.id }))) {
        return reply.code(202).send({ skipRequestedBy: caller.id });
      }
      throw new Refusal(
        'NOT_FOUND',
        `Partition ${partition} of "${topic}" has not stopped at offset ${first}; see the list of stopped partitions.`,
      );
    },
  );
}

async function orUnavailable<T>(log: Log, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (err) {
    log.warn({ err }, 'Cannot read or change stopped partitions');
    throw new Refusal('DEAD_LETTERS_UNAVAILABLE', 'Kafka or the database does not answer. Try again shortly.');
  }
}

/** Each service has these routes: `listDeadLetters` of `/v1/inventory/dead-letters` is `listInventoryDeadLetters`. */
export function operationIdsOf(path: string): (name: string) => string {
  const service = path.split('/')[2] ?? '';
  const infix = service.charAt(0).toUpperCase() + service.slice(1);
  return (name) => name.replace(/(?<=[a-z])(?=[A-Z])/, infix);
}
