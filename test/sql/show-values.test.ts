import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { showValue, showValues } from '../../src/sql/show-values.js'
import { summarizeSql } from '../../src/sql/summarize-sql.js'

describe('showValue', () => {
  it.each([
    ["it's", "'it''s'"],
    ['x'.repeat(61), `'${'x'.repeat(60)}…' <61 characters>`],
    [null, 'null'],
    [undefined, 'null'],
    [12n, '12'],
    [new Date(0), "'1970-01-01T00:00:00.000Z'"],
    [new Date(Number.NaN), 'null'],
    [Buffer.from('abc'), '<3 bytes>'],
    [[1, 2], '[1, 2]'],
    [new Float32Array(768), '[0, 0, 0, … 768 numbers]'],
    [{ a: [1n] }, `'{"a":["1"]}'`],
  ])('shows %o', (value, shown) => {
    expect(showValue(value)).toBe(shown)
  })

  it('shows anything, and never much of it', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(showValue(value).length).toBeLessThan(200)
      }),
    )
    const round: { self?: object } = {}
    round.self = round
    expect(showValue(round)).toBe('<an object>')
  })
})

describe('showValues', () => {
  it('puts values in the places of placeholders only', () => {
    expect(showValues("select '?' as a, ? as b /* ? */", ['v'])).toBe(
      "select '?' as a, 'v' as b /* ? */",
    )
  })

  it('takes any text and any values', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.anything()), (sql, values) => {
        expect(typeof showValues(sql, values)).toBe('string')
      }),
    )
  })
})

describe('summarizeSql', () => {
  it.each([
    ['select * from `shop`.`orders` where id = 1', 'SELECT', 'shop.orders'],
    ['insert into orders (id) values (1)', 'INSERT', 'orders'],
    ['update `orders` set a = 1', 'UPDATE', 'orders'],
    ['drop table if exists orders', 'DROP', 'orders'],
    ['create snapshot `friday` for database `shop`', 'CREATE', 'friday'],
    ['-- c\nselect 1', 'SELECT', undefined],
    ['', '', undefined],
  ])('of %s', (sql, operation, object) => {
    expect(summarizeSql(sql)).toEqual({ operation, object })
  })

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string(), (sql) => {
        expect(typeof summarizeSql(sql).operation).toBe('string')
      }),
    )
  })
})
