import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tableFilter } from '../../../codegen/read/table-patterns.js'

const taken = (include: readonly string[], ...tables: readonly string[]): readonly string[] =>
  tables.filter((table) => tableFilter({ include })('shop', table))

describe('a table pattern', () => {
  it('knows *, ?, alternatives and character classes', () => {
    expect(taken(['order*'], 'orders', 'order', 'reorder')).toEqual(['orders', 'order'])
    expect(taken(['t?'], 't1', 't', 't12')).toEqual(['t1'])
    expect(taken(['{orders,items}'], 'orders', 'items', 'other')).toEqual(['orders', 'items'])
    expect(taken(['t[0-9]'], 't1', 'ta')).toEqual(['t1'])
    expect(taken(['t[!0-9]'], 't1', 'ta')).toEqual(['ta'])
  })

  it('is matched whatever the case, as kysely-codegen does', () => {
    expect(taken(['Orders'], 'orders')).toEqual(['orders'])
  })

  it('is matched against database.table when it has a dot', () => {
    expect(taken(['shop.o*'], 'orders')).toEqual(['orders'])
    expect(taken(['other.o*'], 'orders')).toEqual([])
  })

  it('with a dot has been applied already where the database has no name', () => {
    expect(tableFilter({ include: ['shop.o*'] })(undefined, 'orders')).toBe(true)
    expect(tableFilter({ exclude: ['shop.o*'] })(undefined, 'orders')).toBe(true)
    expect(tableFilter({ exclude: ['o*'] })(undefined, 'orders')).toBe(false)
  })

  it('with a dot also finds a table that has a dot in its name', () => {
    const wanted = tableFilter({ exclude: ['a.b', 'c.*'] })
    for (const database of ['shop', undefined]) {
      expect(['a.b', 'c.d', 'ab', 'c'].filter((table) => wanted(database, table))).toEqual([
        'ab',
        'c',
      ])
    }
    expect(tableFilter({ exclude: ['shop.a.b'] })('shop', 'a.b')).toBe(false)
  })

  it('is not a path: * takes a slash, a leading dot, a line break and an emoji', () => {
    const names = ['a/b', '.a', 'a\nb', '🚀']
    expect(taken(['*'], ...names)).toEqual(names)
    expect(taken(['a*'], ...names)).toEqual(['a/b', 'a\nb'])
    expect(taken(['É*'], 'éa')).toEqual(['éa'])
  })

  it('knows what kysely-codegen knows beyond that', () => {
    expect(taken(['t{1..3}'], 't1', 't3', 't4')).toEqual(['t1', 't3'])
    expect(taken(['!(a|b)'], 'a', 'b', 'c')).toEqual(['c'])
    expect(taken(['!a'], 'a', 'b')).toEqual(['b'])
    expect(taken(['t\\*'], 't*', 'tx')).toEqual(['t*'])
    expect(taken(['[z-a]'], '[z-a]', 'z')).toEqual(['[z-a]'])
  })

  it('takes every table when there is none, and excludes win', () => {
    expect(tableFilter({})('shop', 'x')).toBe(true)
    expect(tableFilter({ include: ['x'], exclude: ['x'] })('shop', 'x')).toBe(false)
  })

  it('is never an invalid expression', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (pattern, name) => {
        expect(typeof tableFilter({ include: [pattern] })('d', name)).toBe('boolean')
      }),
    )
  })

  it('without a special character matches exactly itself', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[^*?{}[\].!()\\]{1,10}$/), (name) => {
        expect(taken([name], name, `${name}x`)).toEqual([name])
      }),
    )
  })
})
