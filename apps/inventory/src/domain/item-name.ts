/**
 * The normal form of names, by which they are compared: "Margherita", "margherita " and "Margherita" with a zero-width space are one name.
 * The database has the same rule for stored names, in the function `item_name_key`.
 */

/** Unicode NFKC with case folded, without characters that are drawn as nothing, and with one blank for several. */
export function nameKeyOf(name: string): string {
  return [...name.normalize('NFKC')]
    .map(fold)
    .join('')
    .normalize('NFKC')
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u{e0000}-\u{e0fff}]+/gu, '')
    .replace(/[\p{White_Space}\u0085]+/gu, ' ')
    .replace(/^ | $/g, '');
}

// Full case folding of one character. By its upper case, as that makes one of ß and ss, and of σ and ς. The dotless i is a letter of its own.
function fold(character: string): string {
  return character === 'ı' ? character : character.toLowerCase().toUpperCase().toLowerCase();
}
