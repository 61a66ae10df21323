/** Decodes messages of any version. Each writer's schema is looked up once, and its resolver is created once. */
import { avroTypeOf, writerTypeOf } from './avro-type.ts';
import { ContractError } from './contract-error.ts';
import type { EventType, Message } from './generated/messages.ts';
import { isSchemaId, type Registry } from './registry.ts';
import type { SchemaCache } from './schema-cache.ts';
import { fingerprintOf, newestSchemaOf, schemaFiles } from './schema-files.ts';
import { valueReader } from './value-reader.ts';
import { bodyStart, readFrame } from './wire.ts';

export type ReadMessage = (bytes: Buffer) => Promise<Message>;

/** Decodes a message with the schema it was created for; throws when that schema cannot be read. */
type ReadBody = (bytes: Buffer) => Message;

const unknownForMs = 30_000; // an id that the registry does not have is not looked up again for this time, however many messages have it
const unknownMax = 1_000;

/**
 * `schemas` are the known ones, by id. The reader of an event is its newest schema in this build, so resolvers are cached by the writer's
 * id. Rejects with ContractError, or with RegistryUnavailableError when an unknown id cannot be looked up.
 */
export function createMessageReader({
  schemas,
  registry,
  cache,
  onWait,
}: {
  schemas: ReadonlyMap<number, string>;
  registry: Registry;
  cache: SchemaCache;
  onWait: (reason: string) => void;
}): ReadMessage {
  const bodies = new Map<number, ReadBody>();
  const lookups = new Map<number, Promise<ReadBody>>();
  const unknownUntilMs = new Map<number, number>();

  return async (bytes) => {
    const schemaId = readFrame(bytes);
    const readBody = bodies.get(schemaId) ?? (await bodyOf(schemaId));
    return readBody(bytes);
  };

  async function bodyOf(schemaId: number): Promise<ReadBody> {
    const schema = schemas.get(schemaId);
    if (schema !== undefined) return compile(schemaId, schema);
    // no registry gives such an id, and what a registry answers to it differs
    if (!isSchemaId(schemaId)) throw unknownSchema(schemaId);
    if ((unknownUntilMs.get(schemaId) ?? 0) > performance.now()) throw unknownSchema(schemaId);
    const lookup = lookups.get(schemaId) ?? lookUp(schemaId).finally(() => lookups.delete(schemaId));
    lookups.set(schemaId, lookup);
    return lookup;
  }

  async function lookUp(schemaId: number): Promise<ReadBody> {
    const schema = await registry.schemaOf(schemaId);
    if (schema === null) {
      if (unknownUntilMs.size >= unknownMax) unknownUntilMs.clear();
      unknownUntilMs.set(schemaId, performance.now() + unknownForMs);
      throw unknownSchema(schemaId);
    }
    const readBody = compile(schemaId, schema);
    // without the row a restart costs one more look-up, so a failure does not stop the message
    await save(schemaId, schema).catch((error: Error) =>
      onWait(`Schema ${schemaId} could not be saved: ${error.message}`),
    );
    return readBody;
  }

  function compile(schemaId: number, schema: string): ReadBody {
    const readBody = readBodyOf(schemaId, schema);
    bodies.set(schemaId, readBody);
    return readBody;
  }

  async function save(schemaId: number, schema: string): Promise<void> {
    await cache.save([{ schemaId, subject: null, fingerprint: fingerprintOf(schema), schema }]);
  }
}

function readBodyOf(schemaId: number, schema: string): ReadBody {
  try {
    return resolvingBody(schema);
  } catch (error) {
    const code = error instanceof ContractError ? error.code : 'UNREADABLE';
    const refusal = new ContractError(
      code,
      `Cannot decode a message of schema ${schemaId}: ${(error as Error).message}`,
      { cause: error },
    );
    return () => {
      throw refusal;
    };
  }
}

function resolvingBody(schema: string): ReadBody {
  const writer = writerTypeOf(schema);
  const eventType = eventTypeOf(writer.name ?? '');
  const reader = avroTypeOf(newestSchemaOf(eventType).text);
  const read = valueReader(writer, reader);
  return (bytes) => {
    try {
      const cursor = { bytes, at: bodyStart };
      const message = read(cursor) as Message;
      const surplus = bytes.length - cursor.at;
      if (surplus > 0) throw new ContractError('TRAILING_BYTES', `${surplus} bytes follow the end of the message.`);
      return message;
    } catch (error) {
      const code = error instanceof ContractError ? error.code : 'UNREADABLE';
      throw new ContractError(code, `Cannot decode ${eventType}: ${(error as Error).message}`, { cause: error });
    }
  };
}

function eventTypeOf(recordName: string): EventType {
  const file = schemaFiles().find((known) => known.recordName === recordName);
  if (file !== undefined) return file.eventType;
  throw new ContractError('UNKNOWN_EVENT', `it is a "${recordName}", and this build has no schema of that name.`);
}

function unknownSchema(schemaId: number): ContractError {
  return new ContractError(
    'UNKNOWN_SCHEMA',
    `Cannot decode a message: the schema registry knows no schema ${schemaId}, which its frame names.`,
  );
}
