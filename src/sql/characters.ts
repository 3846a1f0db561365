/** Character classes of MatrixOne's scanner (4.2.0), and a check of what UTF-8 can carry. */

/** A letter, `_` or `$`. */
export const LETTER = 1

export const DIGIT = 2

const characterClass = new Uint8Array(128)
for (const letter of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$') {
  characterClass[letter.charCodeAt(0)] = LETTER
}
for (const digit of '0123456789') characterClass[digit.charCodeAt(0)] = DIGIT

/** `LETTER`, `DIGIT`, or 0 for anything else and for the end of the text. */
export const classOf = (code: number): number => characterClass[code] ?? 0

/** The character codes that the scanner asks for. */
export const code = {
  tab: 9,
  newline: 10,
  carriageReturn: 13,
  space: 32,
  doubleQuote: 34,
  hash: 35,
  dollar: 36,
  quote: 39,
  star: 42,
  plus: 43,
  minus: 45,
  dot: 46,
  slash: 47,
  zero: 48,
  one: 49,
  colon: 58,
  semicolon: 59,
  equals: 61,
  question: 63,
  at: 64,
  backslash: 92,
  underscore: 95,
  backtick: 96,
  brace: 123,
  bar: 124,
} as const

/** Whether the server steps over the character between tokens; it knows no other blanks. */
export const isBlank = (c: number): boolean =>
  c === code.space || c === code.newline || c === code.carriageReturn || c === code.tab

export function isHexDigit(c: number): boolean {
  const lower = c | 32
  return classOf(c) === DIGIT || (lower >= 97 && lower <= 102)
}

export function isBinaryDigit(c: number): boolean {
  return c === code.zero || c === code.one
}

/** Whether a string is free of lone surrogates, which UTF-8 cannot carry and Node replaces by U+FFFD. */
export function isWellFormed(text: string): boolean {
  // In Node since 20.0, in TypeScript's library only from ES2024 on.
  return (text as string & { isWellFormed(): boolean }).isWellFormed()
}
