import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { analyzeSql } from '../../src/sql/analyze-sql.js'
import { interpolate } from '../../src/sql/interpolate.js'
import { toLiteral } from '../../src/sql/literals.js'
import { tokenize } from '../../src/sql/tokenize.js'

const glued = (sql: string): string | undefined => {
  const found = analyzeSql(sql).gluedPlaceholder
  return found && `${found.position} ${found.isBehind ? 'behind' : 'before'} ${found.neighbour}`
}

describe('a placeholder that touches another token', () => {
  it.each([
    ['select @v_?', '1 behind @v_'],
    ['select @@global.?', '1 behind @@global.'],
    ['select @`v`?', '1 behind @`v`'],
    ['select ?, a from `t`?', '2 behind `t`'],
    ["select 'abc'?", "1 behind 'abc'"],
    ["select ?'abc'", "1 before 'abc'"],
    ['select ??', '2 behind ?'],
    ['select 5?', '1 behind 5'],
    ['select ?e5', '1 before e5'],
    ['select n?, _utf8?', '1 behind n'],
    ['select x?', '1 behind x'],
    ['select t.?', '1 behind .'],
    ['select ?.5', '1 before .5'],
    ['select ?.a', '1 before .'],
    ['select 1 --?', '1 behind -'],
    ['select :?', '1 behind :'],
    ['select * from t limit?', '1 behind limit'],
  ])('is found: %s', (sql, expected) => {
    expect(glued(sql)).toBe(expected)
  })

  it.each([
    'select ?, (?), -?, a=?, a<?, `a`=?, ? + ?, ?+?, ?-?',
    'insert into t values (?,?),(?,?)',
    'set @a:=?, @b=?',
    "select 'abc' ?, ? 'abc' from t /* ? */ limit ?, ?",
    'select * from t {snapshot = ?} where a in(?)',
    "select ? -- it's ?",
    'create user ? identified by ?; select ?;',
  ])('is not seen in: %s', (sql) => {
    expect(glued(sql)).toBeUndefined()
  })
})

/** Pieces that are hard to put a value between. */
const piece = fc.constantFrom(
  ...'? ? ? \' " ` @ @a @@b. x b 0x 0b _utf8mb4 _utf8 n'.split(' '),
  ...'$ $t$ 5 . - -- # // /* */ /*! { } ( ) , ; : := = \\ é select \'abc\' "abc" `abc` e5'.split(
    ' ',
  ),
  ' ',
  '\n',
)

const value = fc.oneof(
  fc.string(),
  fc.constantFrom("'; drop table t; -- ", '\\', "\\'", "''", 'x', '*/', '41'),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 4 }),
)

describe('a text without such a placeholder', () => {
  it('has the same tokens with its values as without them', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 14 }),
        fc.infiniteStream(value),
        (pieces, values) => {
          const sql = pieces.join('')
          const { gluedPlaceholder, hasUnsafePlaceholder, segments } = analyzeSql(sql)
          if (gluedPlaceholder !== undefined || hasUnsafePlaceholder) return
          const parameters = [...values.take(segments.length - 1)]
          const text = interpolate(sql, parameters, { timeZone: '+00:00' })
          const literals = parameters.map((parameter) => toLiteral(parameter))
          const written = tokenize(sql).flatMap((token) =>
            token.text === '?' && token.kind === 6
              ? tokenize(literals.shift() ?? '').map((each) => each.text)
              : [token.text],
          )
          expect(tokenize(text).map((token) => token.text)).toEqual(written)
        },
      ),
      { numRuns: 20_000 },
    )
  })
})
