import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ValueError } from '../../src/errors.js'
import { interpolate } from '../../src/sql/interpolate.js'
import { analyzeSql } from '../../src/sql/analyze-sql.js'
import { SqlScanner, TokenKind } from '../../src/sql/tokens.js'

const utc = { timeZone: '+00:00' }

describe('interpolate', () => {
  it('replaces placeholders outside quotes and comments only', () => {
    expect(
      interpolate('select \'?\', "?", `?`, $$?$$ /* ? */ -- ?\n, ?, ? # ?', [1, "it's"], utc),
    ).toBe("select '?', \"?\", `?`, $$?$$ /* ? */ -- ?\n, 1, 'it''s' # ?")
  })

  it('puts a value in as it is, even when it looks like a placeholder or a replacement pattern', () => {
    expect(interpolate('select ?, ?', ['?', "$& $' $1"], utc)).toBe("select '?', '$& $'' $1'")
  })

  it.each([
    ['select ?', [], '1 placeholders but 0 values'],
    ['select ?', [1, 2], '1 placeholders but 2 values'],
    ["select '?'", [1], '0 placeholders but 1 values'],
  ])('refuses %j with %j', (sql, parameters, message) => {
    expect(() => interpolate(sql, parameters, utc)).toThrow(ValueError)
    expect(() => interpolate(sql, parameters, utc)).toThrow(message)
  })

  it('refuses a placeholder inside an executable comment, where a value could become SQL', () => {
    // The server steps over the opening quote of '; …', so the value would be a second statement.
    const pasted = "select 1 /*! '; select 2 -- ' */"
    expect(analyzeSql(pasted).statements).toHaveLength(2)
    expect(() => interpolate('select 1 /*! ? */', ['; select 2 -- '], utc)).toThrow('/*! … */')
  })

  it('names the position of a value that cannot be sent', () => {
    expect(() => interpolate('select ?, ?', [1, Number.NaN], utc)).toThrow('Parameter 2 cannot')
  })

  it('never lets a string become anything but one string token', () => {
    const part = fc.constantFrom(
      "'",
      '"',
      '\\',
      '`',
      ';',
      '?',
      '--',
      ' ',
      '/*',
      '*/',
      '/*!',
      '#',
      '\n',
      '\0',
      '$$',
      'a',
      '😀',
      '%',
      '\u001a',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const sql = interpolate('select ? , x', [parts.join('')], utc)
        const scanner = new SqlScanner(sql)
        const kinds = Array.from({ length: 5 }, () => scanner.next())
        expect(kinds).toEqual([
          TokenKind.word,
          TokenKind.string,
          TokenKind.symbol,
          TokenKind.word,
          TokenKind.end,
        ])
      }),
      { numRuns: 1000 },
    )
  })
})
