// The pairs of schemas that Avro's own libraries are tested with for compatibility, as data: what a reader must read, and what it must not.
import type { AvroSchema, ComplexSchema, FieldSchema } from '../schema-folder.ts';
import javaResults from './java-results.json' with { type: 'json' };

/**
 * `java` is what Avro's Java library says; renewed by `node tools/repo/bootstrap.mjs tools/contracts/interop/renew-java-results.ts`.
 * `differs` says why our check says otherwise.
 */
export type AvroPair = { name: string; writer: AvroSchema; reader: AvroSchema; java: boolean; differs?: string };

const symbols = (name: string, ...values: string[]): ComplexSchema => ({ type: 'enum', name, symbols: values });
const withDefault = (type: ComplexSchema, symbol: string): ComplexSchema => ({ ...type, default: symbol });
const list = (items: AvroSchema): ComplexSchema => ({ type: 'array', items });
const map = (values: AvroSchema): ComplexSchema => ({ type: 'map', values });
const fixed = (size: number, name = 'Fixed'): ComplexSchema => ({ type: 'fixed', name, size });
const record = (...fields: FieldSchema[]): ComplexSchema => ({ type: 'record', name: 'Record', fields });
const field = (name: string, type: AvroSchema, more: Partial<FieldSchema> = {}): FieldSchema => ({
  name,
  type,
  ...more,
});
const orZero = (name: string, type: AvroSchema = 'int') => field(name, type, { default: 0 });
const inNamespace = (namespace: string, type: ComplexSchema): ComplexSchema => ({ ...type, namespace });
const chain = (type: AvroSchema, next: AvroSchema): ComplexSchema => ({
  type: 'record',
  name: 'Chain',
  fields: [field('value', type), field('next', next)],
});
const nested = (...fields: FieldSchema[]) => record(field('inner', { type: 'record', name: 'Inner', fields }));

/** The named schemas: a pair is written as `reader <- writer`. */
const schemas: Readonly<Record<string, AvroSchema>> = {
  ...Object.fromEntries(
    ['null', 'boolean', 'int', 'long', 'float', 'double', 'string', 'bytes'].flatMap((type): [string, AvroSchema][] => [
      [type, type],
      [`[${type}]`, [type]],
      [`list of ${type}`, list(type)],
      [`map of ${type}`, map(type)],
    ]),
  ),
  '[]': [],
  '[int, string]': ['int', 'string'],
  '[string, int]': ['string', 'int'],
  '[int, long]': ['int', 'long'],
  '[int, float]': ['int', 'float'],
  '[int, string, long]': ['int', 'string', 'long'],
  '[int, long, float, double]': ['int', 'long', 'float', 'double'],
  '[null, int]': ['null', 'int'],
  '[null, string]': ['null', 'string'],
  '[null, list of int]': ['null', list('int')],
  '[null, map of int]': ['null', map('int')],
  'enum AB': symbols('Enum', 'A', 'B'),
  'enum ABC': symbols('Enum', 'A', 'B', 'C'),
  'enum BC': symbols('Enum', 'B', 'C'),
  'enum AB, A by default': withDefault(symbols('Enum', 'A', 'B'), 'A'),
  'enum ABC, A by default': withDefault(symbols('Enum', 'A', 'B', 'C'), 'A'),
  'another enum AB': symbols('Other', 'A', 'B'),
  'enum AB of namespace one': inNamespace('one', symbols('Enum', 'A', 'B')),
  'enum AB of namespace two': inNamespace('two', symbols('Enum', 'A', 'B')),
  'fixed 4': fixed(4),
  'fixed 8': fixed(8),
  'another fixed 4': fixed(4, 'Other'),
  '{}': record(),
  'another {}': { ...record(), name: 'Other' },
  'another {}, once Record': { ...record(), name: 'Other', aliases: ['Record'] },
  '{ a int }': record(field('a', 'int')),
  '{ a long }': record(field('a', 'long')),
  '{ a string }': record(field('a', 'string')),
  '{ a [null, int] }': record(field('a', ['null', 'int'])),
  '{ a int = 0 }': record(orZero('a')),
  '{ a long = 0 }': record(orZero('a', 'long')),
  '{ a int, b int }': record(field('a', 'int'), field('b', 'int')),
  '{ b int, a int }': record(field('b', 'int'), field('a', 'int')),
  '{ a int, b int = 0 }': record(field('a', 'int'), orZero('b')),
  '{ a int = 0, b int = 0 }': record(orZero('a'), orZero('b')),
  '{ a int, b string }': record(field('a', 'int'), field('b', 'string')),
  '{ a int, b [int, string] = 0 }': record(field('a', 'int'), orZero('b', ['int', 'string'])),
  '{ a int, b [int] = 0 }': record(field('a', 'int'), orZero('b', ['int'])),
  '{ a int, b fixed 4 }': record(field('a', 'int'), field('b', fixed(4))),
  '{ a int, b fixed 8 }': record(field('a', 'int'), field('b', fixed(8))),
  '{ a int, b enum }': record(field('a', 'int'), field('b', symbols('Enum', 'A', 'B'))),
  '{ a int, b another enum }': record(field('a', 'int'), field('b', symbols('Other', 'A', 'B'))),
  '{ c int, once a }': record(field('c', 'int', { aliases: ['a'] })),
  '{ c int = 0, once a }': record(orZero('c'), field('d', 'int', { aliases: ['b'], default: 0 })),
  '{ enum ABC }': record(field('e', withDefault(symbols('Enum', 'A', 'B', 'C'), 'A'))),
  '{ enum AB }': record(field('e', withDefault(symbols('Enum', 'A', 'B'), 'A'))),
  '{ enum ABC, B by field }': record(field('e', withDefault(symbols('Enum', 'A', 'B', 'C'), 'A'), { default: 'B' })),
  '{ enum AB, A by field }': record(field('e', withDefault(symbols('Enum', 'A', 'B'), 'B'), { default: 'A' })),
  '{ inner {} }': nested(),
  '{ inner { a int } }': nested(field('a', 'int')),
  '{ inner { a long } }': nested(field('a', 'long')),
  '{ inner { a int = 0 } }': nested(orZero('a')),
  'record of namespace one': inNamespace('one', record(field('a', 'int'))),
  'record of namespace two': inNamespace('two', record(field('a', 'int'))),
  'record of no namespace': record(field('a', 'int')),
  'nullable list of records of namespace one': record(
    field('it', ['null', list(inNamespace('one', { ...record(field('a', 'int')), name: 'Item' }))]),
  ),
  'nullable list of records of namespace two': record(
    field('it', ['null', list(inNamespace('two', { ...record(field('a', 'int')), name: 'Item' }))]),
  ),
  'endless chain of int': chain('int', 'Chain'),
  'endless chain of long': chain('long', 'Chain'),
  'chain of int': chain('int', ['null', 'Chain']),
  'chain of long': chain('long', ['null', 'Chain']),
  'chain of string': chain('string', ['null', 'Chain']),
  'tree of int': chain('int', list('Chain')),
  'tree of long': chain('long', list('Chain')),
  'map tree of int': chain('int', map('Chain')),
};

const sameInCode = 'branches that are the same in code could not be written';
const wholeNames = 'a message is found by its whole name';
const endless = 'such a value never ends';
const empty = 'a union without branches is no schema for avsc';

/** `reader <- writer`, in lines, with the reason where our check says otherwise. */
const pairs: readonly (string | [pair: string, differs: string])[] = [
  ...Object.keys(schemas)
    .filter((name) => !/\[\]|\[int, (string, )?(long|float)|endless/.test(name))
    .map((name) => `${name} <- ${name}`),
  // promotions, and what is none
  ...['null', 'boolean', 'int', 'long', 'float', 'double', 'string', 'bytes'].flatMap((reader, at, all) =>
    all.filter((writer) => writer !== reader).map((writer) => `${reader} <- ${writer}`),
  ),
  // lists and maps
  'list of long <- list of int',
  'list of int <- list of long',
  'list of double <- list of float',
  'list of string <- list of bytes',
  'list of int <- list of string',
  'list of int <- map of int',
  'map of int <- list of int',
  'map of long <- map of int',
  'map of int <- map of long',
  'map of string <- map of int',
  'list of int <- int',
  'map of int <- int',
  'int <- list of int',
  'int <- map of int',
  // unions
  ['[] <- []', empty],
  ['[float] <- []', empty],
  ['[int] <- []', empty],
  ['[long] <- []', empty],
  ['[string] <- []', empty],
  ['[bytes] <- []', empty],
  '[] <- [int]',
  '[] <- int',
  '[long] <- [int]',
  '[float] <- [int]',
  '[float] <- [long]',
  '[double] <- [int]',
  '[double] <- [long]',
  '[double] <- [float]',
  '[string] <- [bytes]',
  '[bytes] <- [string]',
  '[int] <- [long]',
  '[int] <- [float]',
  '[long] <- [float]',
  '[long] <- [double]',
  '[float] <- [double]',
  '[string] <- [int]',
  '[bytes] <- [int]',
  '[int] <- [string]',
  '[int, string] <- [string, int]',
  '[int, string] <- [int]',
  '[int] <- [int, string]',
  '[null, int] <- [int]',
  '[null, int] <- int',
  '[null, int] <- null',
  'int <- [null, int]',
  '[int] <- int',
  'int <- [int]',
  'float <- [float]',
  'string <- [int, string]',
  'int <- [int, string]',
  '[null, string] <- [null, int]',
  '[null, list of int] <- [null, map of int]',
  '[null, map of int] <- [null, list of int]',
  '[null, list of int] <- list of int',
  '[int, string] <- [int, string, long]',
  ['[double] <- [int, float]', sameInCode],
  ['float <- [int, float]', sameInCode],
  ['long <- [int, long]', sameInCode],
  ['double <- [int, float]', sameInCode],
  ['double <- [int, long, float, double]', sameInCode],
  '[float] <- [int, long, float, double]',
  'int <- [int, float]',
  '[int] <- [int, long]',
  // enums and fixed
  'enum ABC <- enum AB',
  'enum AB <- enum ABC',
  'enum BC <- enum ABC',
  'enum ABC <- enum BC',
  'enum AB, A by default <- enum ABC',
  'enum AB <- enum ABC, A by default',
  'enum AB, A by default <- enum ABC, A by default',
  'another enum AB <- enum AB',
  ['enum AB of namespace one <- enum AB of namespace two', wholeNames],
  ['enum AB of namespace one <- enum AB', wholeNames],
  'enum AB <- int',
  'int <- enum AB',
  'string <- enum AB',
  'enum AB <- string',
  'fixed 4 <- fixed 8',
  'another fixed 4 <- fixed 4',
  'fixed 4 <- bytes',
  'bytes <- fixed 4',
  // records
  '{} <- { a int }',
  '{ a int } <- {}',
  '{ a int = 0 } <- {}',
  '{ a int = 0 } <- { a int }',
  '{ a int } <- { a int = 0 }',
  '{ a long } <- { a int }',
  '{ a int } <- { a long }',
  '{ a long = 0 } <- { a int = 0 }',
  '{ a string } <- { a int }',
  '{ a [null, int] } <- { a int }',
  '{ a int } <- { a [null, int] }',
  '{ a int } <- { a int, b int }',
  '{ a int, b int } <- { a int }',
  '{ a int, b int } <- { b int, a int }',
  '{ a int, b int = 0 } <- { a int }',
  '{ a int = 0, b int = 0 } <- {}',
  '{ a int = 0, b int = 0 } <- { a int }',
  '{ a int, b int } <- { a int, b int = 0 }',
  '{ a int, b string } <- { a int, b int }',
  '{ a int, b [int, string] = 0 } <- { a int, b [int] = 0 }',
  '{ a int, b [int] = 0 } <- { a int, b [int, string] = 0 }',
  '{ a int, b fixed 4 } <- { a int, b fixed 8 }',
  '{ a int, b enum } <- { a int, b another enum }',
  '{ c int, once a } <- { a int }',
  '{ c int = 0, once a } <- { a int, b int }',
  '{ enum AB } <- { enum ABC }',
  '{ enum ABC } <- { enum AB }',
  '{ enum AB, A by field } <- { enum ABC, B by field }',
  '{ inner { a int } } <- { inner {} }',
  '{ inner {} } <- { inner { a int } }',
  '{ inner { a int = 0 } } <- { inner {} }',
  '{ inner { a long } } <- { inner { a int } }',
  '{ inner { a int } } <- { inner { a long } }',
  'another {} <- {}',
  '{} <- another {}',
  'another {}, once Record <- {}',
  ['record of namespace one <- record of namespace two', wholeNames],
  ['record of namespace one <- record of no namespace', wholeNames],
  ['nullable list of records of namespace one <- nullable list of records of namespace two', wholeNames],
  '{ a int } <- int',
  'int <- { a int }',
  'map of int <- { a int }',
  // recursion
  ['endless chain of int <- endless chain of int', endless],
  ['endless chain of long <- endless chain of int', endless],
  'endless chain of int <- endless chain of long',
  'chain of long <- chain of int',
  'chain of int <- chain of long',
  'chain of string <- chain of int',
  'tree of long <- tree of int',
  'tree of int <- tree of long',
  'tree of int <- map tree of int',
  'chain of int <- tree of int',
];

const results: Readonly<Record<string, boolean>> = javaResults;

export const avroPairs: readonly AvroPair[] = pairs.map((pair) => {
  const [name, differs] = typeof pair === 'string' ? [pair] : pair;
  const [reader, writer] = name.split(' <- ').map((each) => schemas[each]);
  if (reader === undefined || writer === undefined) throw new Error(`There is no schema for "${name}".`);
  return { name, writer, reader, java: results[name] === true, ...(differs !== undefined && { differs }) };
});
