/** The schemas of this build: every version of every event, generated, so that no file is read at run time. */
import { createHash } from 'node:crypto';
import { schemaTexts } from './generated/schemas.ts';
import type { EventType } from './generated/messages.ts';
import type { Topic } from './topics.ts';

/** One version of one event. `text` is what is registered, `fingerprint` its SHA-256 in hex. */
export type SchemaFile = {
  readonly topic: Topic;
  readonly event: string;
  readonly version: number;
  readonly eventType: EventType;
  /** The record's name with its namespace. */
  readonly recordName: string;
  readonly subject: string;
  readonly fingerprint: string;
  readonly text: string;
};

const files: readonly SchemaFile[] = schemaTexts.map((file) => ({
  ...file,
  subject: `${file.topic}-${file.recordName}`,
  fingerprint: fingerprintOf(file.text),
}));
const newest = new Map<EventType, SchemaFile>(files.map((file) => [file.eventType, file]));

/** All schemas; the versions of an event together, the oldest first. */
export function schemaFiles(): readonly SchemaFile[] {
  return files;
}

/** The version that this build writes, and to which it decodes every other version. */
export function newestSchemaOf(eventType: EventType): SchemaFile {
  const file = newest.get(eventType);
  if (file === undefined)
    throw new Error(`No schema has eventType "${eventType}". Add schemas/<topic>/<event>.v1.avsc and generate.`);
  return file;
}

/** `<topic>-<record name>`: Confluent's TopicRecordNameStrategy, so that each event of a topic evolves independently. */
export function subjectOf(eventType: EventType): string {
  return newestSchemaOf(eventType).subject;
}

/** SHA-256 of a schema's JSON without spaces: the same for a text that was only reformatted. Throws SyntaxError if not JSON. */
export function fingerprintOf(schemaText: string): string {
  return createHash('sha256')
    .update(JSON.stringify(JSON.parse(schemaText)))
    .digest('hex');
}
