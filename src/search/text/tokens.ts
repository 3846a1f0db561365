/**
 * The words of a text that a user typed. In boolean mode every sign means something: a lone `+`, a `"` or
 * `()` is an error, some of them a server panic (36 of 106 strings tried on 4.2.0). Words made of
 * letters, digits and marks alone never failed, so nothing else is sent.
 */

const WORD = /[\p{L}\p{N}\p{M}_]+/gu

/** `__` alone is an error. */
const HAS_LETTER = /[\p{L}\p{N}]/u

/** Splits a text into the words that can be searched, in their order; repeated ones stay. */
export function wordsOf(text: string): readonly string[] {
  const words = text.normalize('NFC').match(WORD) ?? []
  return words.filter((word) => HAS_LETTER.test(word))
}
