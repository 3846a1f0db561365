import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SqlScanner, TokenKind } from '../../src/sql/tokens.js'

const names = Object.fromEntries(Object.entries(TokenKind).map(([name, kind]) => [kind, name]))

function tokens(sql: string): readonly string[] {
  const scanner = new SqlScanner(sql)
  const found: string[] = []
  for (;;) {
    const kind = scanner.next()
    if (kind === TokenKind.end) return found
    found.push(`${names[kind]} ${sql.slice(scanner.start, scanner.end)}`)
  }
}

describe('SqlScanner', () => {
  it('tells words, names, strings, numbers, variables and placeholders apart', () => {
    expect(
      tokens("select `a``b`, 'it''s', \"x\\\"y\", 1.5e-3, 0x1F, x'4f', @a, @@b, ? from t"),
    ).toEqual([
      'word select',
      'quotedName `a``b`',
      'symbol ,',
      "string 'it''s'",
      'symbol ,',
      'string "x\\"y"',
      'symbol ,',
      'number 1.5e-3',
      'symbol ,',
      'number 0x1F',
      'symbol ,',
      "number x'4f'",
      'symbol ,',
      'variable @a',
      'symbol ,',
      'variable @@b',
      'symbol ,',
      'placeholder ?',
      'word from',
      'word t',
    ])
  })

  it('steps over #, //, -- and block comments, but not over --x', () => {
    expect(tokens('a # ;\nb // ;\rc\nd -- ;\ne /* ; */ f --g')).toEqual(
      ['a', 'b', 'd', 'e', 'f']
        .map((word) => `word ${word}`)
        .concat('symbol -', 'symbol -', 'word g'),
    )
  })

  it.each([
    ['ends a comment at a line feed only', 'a -- b\rc', ['word a']],
    [
      'takes backslashes as escapes in quotes, not in backticks',
      "'a\\';' `a\\`;",
      ["string 'a\\';'", 'quotedName `a\\`', 'semicolon ;'],
    ],
    [
      'reads dollar strings',
      'select $t$a;?$t$;',
      ['word select', 'string $t$a;?$t$', 'semicolon ;'],
    ],
    ['leaves a dollar inside a name alone', 'a$b;$', ['word a$b', 'semicolon ;', 'word $']],
    [
      'reads the text of an executable comment as code',
      '/*!40101 a ; */ b',
      ['word a', 'semicolon ;', 'word b'],
    ],
    [
      'takes a quote after 0x into the name',
      "0x'; a '",
      ["word 0x'", 'semicolon ;', 'word a', "string '"],
    ],
    [
      'takes a quote into the name of a variable',
      "@a'; b '",
      ["variable @a'", 'semicolon ;', 'word b', "string '"],
    ],
    [
      'but reads the quoted host of an account',
      "'u'@'h'",
      ["string 'u'", 'symbol @', "string 'h'"],
    ],
    [
      'steps over an odd quote in an executable comment',
      "/*! ' ; ' */ a",
      ['semicolon ;', 'word a'],
    ],
  ])('%s, as the server does', (_what, sql, expected) => {
    expect(tokens(sql)).toEqual(expected)
  })

  it('ends for any text, with tokens in order and never empty', () => {
    const fragment = fc.constantFrom(
      "'",
      '"',
      '`',
      '\\',
      '$',
      '$a$',
      'a',
      'x',
      '_utf8mb4',
      '0x',
      '0b1',
      '1.',
      '.5',
      'e+',
      '@',
      '@@',
      ':',
      ';',
      '?',
      '/*',
      '*/',
      '/*!',
      '/*!50000',
      '*',
      '/',
      '#',
      '--',
      '-- ',
      '\n',
      ' ',
      'é',
      '😀',
      '\0',
    )
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 20 }), (fragments) => {
        const sql = fragments.join('')
        const scanner = new SqlScanner(sql)
        let last = 0
        while (scanner.next() !== TokenKind.end) {
          expect(scanner.start).toBeGreaterThanOrEqual(last)
          expect(scanner.end).toBeGreaterThan(scanner.start)
          expect(scanner.end).toBeLessThanOrEqual(sql.length)
          last = scanner.end
        }
        expect(scanner.end).toBe(sql.length)
      }),
      { numRuns: 2000 },
    )
  })
})
