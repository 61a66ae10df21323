// Values as letters of a text: equal values have the same letter, so that equal states have equal texts, and a change is a new text.

export const blank = '\0';

export type Letters<V> = {
  read(text: string, at: number | undefined): V | undefined;
  /** Where `at` is undefined nothing is remembered. */
  write(text: string, at: number | undefined, value: V): string;
};

export function createLetters<V>(): Letters<V> {
  const values: V[] = [];
  const letters = new Map<string, string>();
  return {
    read: (text, at) => (at === undefined ? undefined : values[text.charCodeAt(at) - 1]),
    write(text, at, value) {
      if (at === undefined) return text;
      const name = JSON.stringify(value);
      let letter = letters.get(name);
      if (letter === undefined) {
        if (values.push(value) > 0xffff)
          throw new Error('The history has more different values than letters; record a shorter one.');
        letter = String.fromCharCode(values.length);
        letters.set(name, letter);
      }
      return text.slice(0, at) + letter + text.slice(at + 1);
    },
  };
}
