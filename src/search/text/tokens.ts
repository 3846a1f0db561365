/**
 * The words of a text that a user typed. In boolean mode every sign means something: a lone `+`, a `"` or
 * `()` is an error, some of them a server panic (36 of 106 strings tried on 4.2.0). Words made of
 * letters, digits and marks alone never failed, so nothing else is sent.
 */

const WORD = /[\p{L}\p{N}\p{M}]+/gu

/** Marks alone are not a word. */
const HAS_LETTER = /[\p{L}\p{N}]/u

/** Bytes of a word in the index; of a longer one only the beginning is there. */
const MOST_BYTES = 23

/** From here on MatrixOne has no words: it stores each three characters that stand together. */
const FIRST_CUT = 0x7ff

/** A word of a text, and how far behind the one before it begins. */
export interface PlacedWord {
  readonly word: string
  /** Bytes between it and the word before; 1 for white space of any width. */
  readonly gap: number
}

/** Splits a text into the words that can be searched, in their order; repeated ones stay. */
export function wordsOf(text: string): readonly string[] {
  return placedWords(text).map(({ word }) => word)
}

/** The words of a text with their places: a phrase is found by the distances of its words in bytes. */
export function placedWords(text: string): readonly PlacedWord[] {
  const whole = text.normalize('NFC')
  const words: PlacedWord[] = []
  let end = 0
  for (const { 0: word, index } of whole.matchAll(WORD)) {
    if (!HAS_LETTER.test(word)) continue
    const between = whole.slice(end, index)
    words.push({ word, gap: between.trim() === '' ? 1 : Buffer.byteLength(between) })
    end = index + word.length
  }
  return words
}

/** The part of a word that the index has; the server cuts words of a query only where it takes them apart. */
export function storedPart(word: string): string {
  const bytes = Buffer.from(word)
  if (bytes.length <= MOST_BYTES) return word
  let end = MOST_BYTES
  // As the server does, which leaves out a last character that is not ASCII, whole or not.
  if ((bytes[end - 1] ?? 0) > 127) {
    end -= 1
    while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  }
  return bytes.subarray(0, end).toString()
}

/** Whether a word has Chinese, Japanese, Korean, Thai, Hindi, … characters, which the index does not keep as words. */
export function isCut(word: string): boolean {
  return Array.from(word).some((character) => (character.codePointAt(0) ?? 0) >= FIRST_CUT)
}

/** Whether a word is one of the beginnings that the index has: of whole words, or of three such characters. */
export function canBegin(word: string): boolean {
  const characters = Array.from(word)
  return !isCut(word) || (characters.length <= 3 && characters.every(isCut))
}
