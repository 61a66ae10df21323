// Walks an Avro body without building anything and says whether it is whole, before avsc, which trusts lengths and counts,
// allocates what they ask for.
import avsc, { type Type } from 'avsc';
import { ContractError } from './contract-error.ts';

/** Where the walk is. `bytes` ends where the body ends. */
type Walk = { bytes: Uint8Array; at: number };
type Step = (walk: Walk) => void;

/** Checks that `bytes` from `start` on hold exactly one value. Throws ContractError TRUNCATED, TRAILING_BYTES or UNREADABLE. */
export type Skim = (bytes: Uint8Array, start: number) => void;

export function createSkim(type: Type): Skim {
  const step = stepOf(type, new Map());
  return (bytes, start) => {
    const walk = { bytes, at: start };
    step(walk);
    const surplus = bytes.length - walk.at;
    if (surplus > 0) throw new ContractError('TRAILING_BYTES', `${surplus} bytes follow the end of the message.`);
  };
}

function stepOf(type: Type, known: Map<Type, Step>): Step {
  const made = known.get(type);
  if (made !== undefined) return made;
  known.set(type, (walk) => known.get(type)?.(walk)); // a record that contains itself: by then the entry is the step below
  const step = newStep(type, known);
  known.set(type, step);
  return step;
}

function newStep(type: Type, known: Map<Type, Step>): Step {
  const { LogicalType, RecordType, ArrayType, MapType, EnumType, FixedType, UnwrappedUnionType, WrappedUnionType } =
    avsc.types;
  if (type instanceof LogicalType) return stepOf(type.underlyingType, known);
  if (type instanceof RecordType) return inOrder(type.fields.map((field) => stepOf(field.type, known)));
  if (type instanceof ArrayType) return blocks(stepOf(type.itemsType, known));
  if (type instanceof MapType) return blocks(inOrder([text, stepOf(type.valuesType as Type, known)]));
  if (type instanceof EnumType) return (walk) => void readIndex(walk, type.symbols.length, 'enum symbol');
  if (type instanceof FixedType) return (walk) => skip(walk, type.size);
  if (type instanceof UnwrappedUnionType || type instanceof WrappedUnionType) {
    const branches = type.types.map((branch) => stepOf(branch, known));
    return (walk) => branches[readIndex(walk, branches.length, 'union branch')]?.(walk);
  }
  const primitive = primitives[type.typeName];
  if (primitive === undefined) throw new Error(`Cannot walk type "${type.typeName}". Add it to skim.ts.`);
  return primitive;
}

const text: Step = (walk) => {
  const length = readLong(walk);
  if (length < 0) throw new ContractError('UNREADABLE', `A text has the length ${length}.`);
  skip(walk, length);
};

const primitives: Readonly<Record<string, Step>> = {
  null: () => {},
  boolean: (walk) => skip(walk, 1),
  int: (walk) => {
    const value = readLong(walk);
    if (value !== (value | 0)) throw new ContractError('UNREADABLE', `An int holds ${value}.`);
  },
  long: (walk) => void readLong(walk),
  float: (walk) => skip(walk, 4),
  double: (walk) => skip(walk, 8),
  string: text,
  bytes: text,
};

function inOrder(steps: readonly Step[]): Step {
  return (walk) => {
    for (const step of steps) step(walk);
  };
}

/** Arrays and maps. A count above the bytes that are left is a lie, as every item we have takes at least one. */
function blocks(item: Step): Step {
  return (walk) => {
    for (let count = readLong(walk); count !== 0; count = readLong(walk)) {
      if (count < 0) readLong(walk); // the block's size in bytes follows a negative count
      const items = Math.abs(count);
      if (items > walk.bytes.length - walk.at)
        throw new ContractError(
          'TRUNCATED',
          `${items} items are announced and ${walk.bytes.length - walk.at} bytes left.`,
        );
      for (let index = 0; index < items; index += 1) item(walk);
    }
  };
}

function skip(walk: Walk, length: number): void {
  if (length > walk.bytes.length - walk.at) {
    throw new ContractError('TRUNCATED', `${length} bytes are announced and ${walk.bytes.length - walk.at} left.`);
  }
  walk.at += length;
}

function readIndex(walk: Walk, count: number, of: string): number {
  const index = readLong(walk);
  if (index < 0 || index >= count)
    throw new ContractError('UNREADABLE', `There is no ${of} ${index}: there are ${count}.`);
  return index;
}

/** Zigzag, seven bits a byte. Refuses what avsc would round, which starts at 2^52: the sign takes a bit of the 53 that are exact. */
function readLong(walk: Walk): number {
  let value = 0;
  let scale = 1;
  for (let length = 1; ; length += 1) {
    const byte = walk.bytes[walk.at];
    if (byte === undefined) throw new ContractError('TRUNCATED', 'The message ends within a number.');
    walk.at += 1;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
    if (length === 10) throw new ContractError('UNREADABLE', 'A number has more than ten bytes.');
    scale *= 128;
  }
  if (!Number.isSafeInteger(value)) throw new ContractError('UNREADABLE', 'A number is too large to be exact.');
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
