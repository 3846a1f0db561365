import { type Compilable, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { keysOf } from '../../src/search/vector/filter-key.js'
import { unconnected } from '../support/unconnected.js'

const rows = unconnected<{ t: { a: number | string; b: number } }>().selectFrom('t').select('a')
const keys = (query: Compilable) => keysOf(query.compile())

describe('the key of what the planner expects', () => {
  it('is the same for other values of =, !=, IN and both together', () => {
    expect(keys(rows.where('a', '=', 1)).expected).toBe(keys(rows.where('a', '=', 2)).expected)
    expect(keys(rows.where('a', '!=', 1)).expected).toBe(keys(rows.where('a', '!=', 2)).expected)
    const both = (a: number[], b: number) => rows.where('a', 'in', a).where('b', '=', b)
    expect(keys(both([1, 2], 3)).expected).toBe(keys(both([4, 5], 6)).expected)
  })

  it('differs by the values of ranges, the length of a list, and types', () => {
    for (const operator of ['<', '<=', '>', '>='] as const) {
      const [one, two] = [1, 2].map((value) => keys(rows.where('a', operator, value)).expected)
      expect(one).not.toBe(two)
    }
    const between = (from: number, to: number) =>
      keys(rows.where((eb) => eb.between('b', from, to))).expected
    expect(between(1, 2)).not.toBe(between(1, 3))
    expect(keys(rows.where('a', 'in', [1])).expected).not.toBe(
      keys(rows.where('a', 'in', [1, 2])).expected,
    )
    expect(keys(rows.where('a', '=', 1)).expected).not.toBe(
      keys(rows.where('a', '=', '1')).expected,
    )
  })

  it('has every value of a text with a question mark of its own', () => {
    const asked = (a: number) => rows.where(sql<boolean>`a = ${a} and 'why?' = 'why?'`)
    expect(keys(asked(1)).expected).not.toBe(keys(asked(2)).expected)
  })
})

describe('the key of what was counted', () => {
  it('has every value with its type', () => {
    expect(keys(rows.where('a', '=', 1)).counted).toBe(keys(rows.where('a', '=', 1)).counted)
    expect(keys(rows.where('a', '=', 1)).counted).not.toBe(keys(rows.where('a', '=', 2)).counted)
    expect(keys(rows.where('a', '=', 1)).counted).not.toBe(keys(rows.where('a', '=', '1')).counted)
  })
})
