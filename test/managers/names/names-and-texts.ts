import fc from 'fast-check'

/** Texts that a user may type, or send on purpose. */
const pieces = [
  "'",
  '"',
  '`',
  '\\',
  '--',
  '-- ',
  ';',
  '/*',
  '*/',
  '#',
  '%',
  '_',
  '?',
  ' ',
  '\t',
  '\n',
  '\r\n',
  '\0',
  '\u001a',
  ',',
  '=',
  '.',
  '..',
  '/',
  ':',
  '@',
  '&',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '$1',
  ':a',
  '?a=b',
  '%20',
  '%s',
  '\\N',
  '\\n',
  "''",
  '""',
  '``',
  "' or '1'='1",
  '","zz") -- ',
  "','y');-- ",
  '; drop table base; -- ',
  "{snapshot = 'x'}",
  'null',
  'NULL',
  '0',
  '1e9',
  'select',
  'Ab',
  'zZ',
  'é',
  'ß',
  'İ',
  '漢字',
  'Ω',
  '🚧',
  '👩‍👩‍👧',
  'e\u0301',
  '\u200b',
  '\u202e',
  '\ufeff',
  '\ud800',
]

const plain = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_-]{0,24}$/)
const nasty = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.stringMatching(/^[a-zA-Z0-9]{1,4}$/)), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join(''))
const long = fc
  .tuple(
    fc.constantFrom('x', 'Y', '漢', '🚧', "'"),
    fc.constantFrom(63, 64, 65, 255, 256, 257, 301),
  )
  .map(([character, length]) => character.repeat(length))

/** Names: a third of them usual ones. */
export const names: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: plain, weight: 15 },
  { arbitrary: nasty, weight: 30 },
  { arbitrary: long, weight: 5 },
  { arbitrary: fc.constant(''), weight: 1 },
)

/** Texts: comments, passwords, contents of files and columns. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: nasty, weight: 30 },
  { arbitrary: fc.string({ unit: 'binary', maxLength: 12 }), weight: 10 },
  { arbitrary: long, weight: 5 },
  { arbitrary: fc.constant(''), weight: 1 },
)
