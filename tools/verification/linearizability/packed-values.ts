// Values packed as characters of a text: equal values have the same character, so equal states have equal texts, and a change is a new text.

export const noValue = '\0';

export type PackedValues<V> = {
  read(text: string, index: number | undefined): V | undefined;
  /** Where `index` is undefined nothing is kept. */
  write(text: string, index: number | undefined, value: V): string;
};

export function createPackedValues<V>(): PackedValues<V> {
  const values: V[] = [];
  const characters = new Map<string, string>();
  return {
    read: (text, index) => (index === undefined ? undefined : values[text.charCodeAt(index) - 1]),
    write(text, index, value) {
      if (index === undefined) return text;
      const name = JSON.stringify(value);
      let character = characters.get(name);
      if (character === undefined) {
        if (values.push(value) > 0xffff)
          throw new Error('The history has more different values than there are characters; record a shorter one.');
        character = String.fromCharCode(values.length);
        characters.set(name, character);
      }
      return text.slice(0, index) + character + text.slice(index + 1);
    },
  };
}
