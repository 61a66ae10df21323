/** What a reader would refuse for its nesting or its number of items without bytes is not written. */
import avsc, { type Type } from 'avsc';
import { EMPTY_ITEMS_MAX, NESTING_MAX } from './cursor.ts';
import { hasNoBytes, isUnion, plainOf } from './type-kinds.ts';

const { ArrayType, MapType, RecordType } = avsc.types;

/**
 * A function that throws RangeError for a value beyond the limits, or null when no value of the type can be beyond them, as of all types
 * without recursion. Every object and list counts as a level, so a reader, which counts records only, reads what passes.
 */
export function writeLimits(type: Type): ((value: unknown) => void) | null {
  if (!needsLimits(type, [], new Set())) return null;
  return (value) => {
    const count = { items: 0 };
    assertWithin(value, 0, count);
  };
}

function assertWithin(value: unknown, depth: number, count: { items: number }): void {
  if (value === null || typeof value !== 'object' || value instanceof Date || Buffer.isBuffer(value)) return;
  if (depth > NESTING_MAX) throw new RangeError(`it is nested more than ${NESTING_MAX} levels deep`);
  const items: unknown[] = Object.values(value);
  if (Array.isArray(value)) count.items += items.filter(isEmpty).length;
  if (count.items > EMPTY_ITEMS_MAX) throw new RangeError(`it has more than ${EMPTY_ITEMS_MAX} empty items in lists`);
  for (const item of items) assertWithin(item, depth + 1, count);
}

/** Null, or an object of nothing but such: it may have bytes, if its type is a union. */
function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'object' && !Array.isArray(value) && Object.values(value).every((inner) => inner === null);
}

function needsLimits(type: Type, around: readonly Type[], seen: Set<Type>): boolean {
  const plain = plainOf(type);
  if (around.includes(plain)) return true;
  if (seen.has(plain)) return false;
  seen.add(plain);
  const inside = [...around, plain];
  const any = (types: readonly Type[]) => types.some((each) => needsLimits(each, inside, seen));
  if (isUnion(plain)) return any(plain.types);
  if (plain instanceof ArrayType) return hasNoBytes(plain.itemsType) || any([plain.itemsType]);
  if (plain instanceof MapType) return any([plain.valuesType as Type]);
  return plain instanceof RecordType && any(plain.fields.map((field) => field.type));
}
