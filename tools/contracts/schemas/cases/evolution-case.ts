// One way in which a contract may change, the expected result, and short functions to write many of them.
import type { AvroSchema, ComplexSchema, FieldSchema } from '../schema-folder.ts';

/**
 * `versions` are those of one event, oldest first; all but the last are registered already, and the last is checked against each.
 * `field` is where it breaks, null when it may be merged. `stricter` says why we refuse what the registry lets through;
 * `differ`: Apicurio 3.0, which Java 17 gets, refuses it as we do.
 */
export type EvolutionCase = {
  name: string;
  versions: readonly ComplexSchema[];
  field: string | null;
  stricter?: string;
  differ?: boolean;
};

export const money = { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 2 };
export const time = { type: 'long', logicalType: 'timestamp-millis' };
export const uuid = { type: 'string', logicalType: 'uuid' };

export function status(...symbols: string[]): ComplexSchema {
  return { type: 'enum', name: 'Status', symbols };
}

export function line(...fields: FieldSchema[]): ComplexSchema {
  return { type: 'record', name: 'Line', fields };
}

export function many(items: AvroSchema): ComplexSchema {
  return { type: 'array', items };
}

export function byKey(values: AvroSchema): ComplexSchema {
  return { type: 'map', values };
}

export function field(name: string, type: AvroSchema, more: Partial<FieldSchema> = {}): FieldSchema {
  return { name, type, ...more };
}

/** A field that may be null, and is unless it is written: the kind that can come and go. */
export function optional(name: string, type: AvroSchema, more: Partial<FieldSchema> = {}): FieldSchema {
  return { name, type: ['null', type], default: null, ...more };
}

/** A record that has an id beside these fields. */
export function record(...fields: FieldSchema[]): ComplexSchema {
  return { type: 'record', name: 'Thing', namespace: 'oms.test', fields: [field('id', 'string'), ...fields] };
}

/** A record with an id and `it`. */
export function withIt(type: AvroSchema, more: Partial<FieldSchema> = {}): ComplexSchema {
  return record(field('it', type, more));
}

export function may(name: string, ...versions: ComplexSchema[]): EvolutionCase {
  return { name, versions, field: null };
}

export function mayNot(name: string, at: string, ...versions: ComplexSchema[]): EvolutionCase {
  return { name, versions, field: at };
}

export function stricter(name: string, why: string, at: string, ...versions: ComplexSchema[]): EvolutionCase {
  return { ...mayNot(name, at, ...versions), stricter: why };
}
