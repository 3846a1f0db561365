import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isIncluded, tableCondition } from '../../../src/managers/metadata/table-filter.js'

describe('a table filter', () => {
  it('is nothing without patterns', () => {
    expect(tableCondition('relname', {})).toBe('')
    expect(tableCondition('relname', { include: [], exclude: [] })).toBe('')
    expect(isIncluded('orders', { include: [], exclude: [] })).toBe(true)
  })

  it('keeps what LIKE would take for a pattern as itself', () => {
    expect(tableCondition('relname', { include: ['a_b*', 'order?', 'x'] })).toBe(
      String.raw` and (lower(relname) like 'a\\_b%' or lower(relname) like 'order_' or lower(relname) = 'x')`,
    )
    expect(isIncluded('a_b1', { include: ['a_b*'] })).toBe(true)
    expect(isIncluded('axb1', { include: ['a_b*'] })).toBe(false)
  })

  it('leaves out what is excluded, also of what is included', () => {
    const filter = { include: ['shop_*'], exclude: ['*_tmp'] }
    expect(tableCondition('t', filter)).toBe(
      String.raw` and (lower(t) like 'shop\\_%') and not (lower(t) like '%\\_tmp')`,
    )
    expect(isIncluded('shop_orders', filter)).toBe(true)
    expect(isIncluded('shop_tmp', filter)).toBe(false)
    expect(isIncluded('other', filter)).toBe(false)
  })

  it('takes every name without * and ? for itself, in any case', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        fc.pre(!/[*?]/.test(name))
        expect(isIncluded(name.toLowerCase(), { include: [name] })).toBe(true)
        expect(isIncluded(`${name.toLowerCase()}x`, { include: [name] })).toBe(false)
        expect(isIncluded(name.toLowerCase(), { exclude: [name] })).toBe(false)
      }),
    )
  })
})
