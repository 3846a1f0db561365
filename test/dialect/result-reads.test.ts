import type { Compilable } from 'kysely'
import type { SchemaValue } from 'kysely-matrixone'
import { describe, expect, it } from 'vitest'
import { fieldReadsOf } from '../../src/dialect/result-reads.js'
import { unconnected } from '../support/unconnected.js'

const schema = {
  tables: {
    events: { key: ['id'], types: { id: 'bigint', at: 'string' } },
    users: { key: ['id'], columns: ['id', 'Big'], types: { Big: 'string' } },
    plain: { key: ['id'] },
  },
} as const satisfies SchemaValue

const db = unconnected({ schema })

/** How the query's result reads these columns of that table, as the wire names it. */
function reads(query: Compilable, columns: readonly string[], table = ''): readonly unknown[] {
  const found = fieldReadsOf(query.compile())
  return columns.map((column) => found?.readOf(table, column))
}

describe('a column with a type of its own', () => {
  it('is known by name, under an alias, and not where another column took its name', () => {
    const query = db
      .selectFrom('events as e')
      .innerJoin('plain as p', 'p.id', 'e.id')
      .select(['e.id', 'e.at as moment', 'p.at', 'e.name'])
    expect(reads(query, ['id', 'moment', 'at', 'name'])).toEqual([
      'bigint',
      'string',
      undefined,
      undefined,
    ])
    expect(reads(db.selectFrom('events').select(['id', 'at']), ['id', 'at'])).toEqual([
      'bigint',
      'string',
    ])
  })

  it('is known in a star, of the table that the wire names', () => {
    const joined = db.selectFrom('events as e').innerJoin('plain as p', 'p.id', 'e.id').selectAll()
    expect(reads(joined, ['id', 'at', 'name'], 'e')).toEqual(['bigint', 'string', undefined])
    expect(reads(joined, ['id'], 'p')).toEqual([undefined])
    expect(reads(db.selectFrom('users').selectAll(), ['id', 'Big'])).toEqual([undefined, 'string'])
  })

  it('is followed through derived tables, common table expressions and unions', () => {
    const inner = db.selectFrom('events').select(['id as key', 'at'])
    const derived = db.selectFrom(inner.as('x')).select(['x.key', 'x.at as y'])
    expect(reads(derived, ['key', 'y'])).toEqual(['bigint', 'string'])
    const common = db
      .with('a', (one) => one.selectFrom('events').selectAll())
      .with('b', (one) => one.selectFrom('a').select(['a.id as n']))
      .selectFrom('b')
      .selectAll()
    expect(reads(common, ['n', 'id'])).toEqual(['bigint', undefined])
    const listed = db
      .with('a(x, y)', (one) => one.selectFrom('events').select(['at as y', 'id as x']))
      .selectFrom('a')
      .selectAll()
    expect(reads(listed, ['x', 'y', 'id'])).toEqual(['string', 'bigint', undefined])
    const union = inner.unionAll(db.selectFrom('plain').select(['id as key', 'at']))
    expect(reads(union, ['key', 'at'])).toEqual(['bigint', 'string'])
  })

  it('is not looked for in the derived table that a column without one stands in', () => {
    const inner = db.selectFrom('events').select(['id', 'name'])
    const derived = db.selectFrom(inner.as('x')).select(['id', 'x.name', 'x.id as y'])
    expect(reads(derived, ['id', 'name', 'y'])).toEqual(['bigint', undefined, 'bigint'])
    expect(reads(db.selectFrom(inner.as('x')).selectAll(), ['id', 'name'])).toEqual([
      'bigint',
      undefined,
    ])
    const joined = db
      .selectFrom(inner.as('x'))
      .innerJoin(db.selectFrom('plain').select(['id', 'at']).as('p'), 'p.id', 'x.id')
      .select((eb) => [
        'p.id as other',
        'p.at',
        eb.selectFrom('plain').select('x.id').limit(1).as('outer'),
        eb.selectFrom('plain').select('x.name').limit(1).as('name'),
      ])
    expect(reads(joined, ['other', 'at', 'outer', 'name'])).toEqual([
      undefined,
      undefined,
      'bigint',
      undefined,
    ])
  })

  it('is followed through derived tables at every level', () => {
    const columns = ['id', 'at', 'c', 'd', 'e', 'f', 'g', 'h'] as const
    const inner = db.selectFrom('events').select(columns)
    let query = db.selectFrom(inner.as('x')).select(columns)
    for (let level = 0; level < 15; level++) query = db.selectFrom(query.as('x')).select(columns)
    expect(reads(query, ['id', 'at', 'c'])).toEqual(['bigint', 'string', undefined])
  })

  it('is not taken for the column of that name in the subquery', () => {
    const query = db
      .selectFrom('events')
      .select((eb) => eb.selectFrom('plain').select('id').limit(1).as('one'))
    expect(reads(query, ['one'])).toEqual([undefined])
  })

  it('is followed into a lateral join, which sees the tables before it', () => {
    const query = db
      .selectFrom('events as e')
      .innerJoinLateral(
        (eb) => eb.selectFrom('plain').select(['e.id as key', 'name']).as('x'),
        (join) => join.onTrue(),
      )
      .select(['x.key', 'x.name'])
    expect(reads(query, ['key', 'name'])).toEqual(['bigint', undefined])
  })

  it('is hidden by a common table expression of its table’s name', () => {
    const query = db
      .with('events', (one) => one.selectFrom('plain').selectAll())
      .selectFrom('events')
      .selectAll()
    expect(reads(query, ['id'])).toEqual([undefined])
  })

  it('is followed through what kysely types like it: min, max, coalesce, a scalar subquery', () => {
    const query = db
      .selectFrom('events as e')
      .select((eb) => [
        eb.fn.max('e.id').as('top'),
        eb.fn.coalesce('e.at', 'e.at').as('some'),
        eb.fn.coalesce('e.at', eb.val('')).as('mixed'),
        eb.fn.count('e.id').as('n'),
        eb.ref('e.id').as('ref'),
        eb.selectFrom('events').select('events.id').limit(1).as('sub'),
        eb.selectFrom('plain').select('e.id').limit(1).as('outer'),
      ])
    expect(reads(query, ['top', 'some', 'mixed', 'n', 'ref', 'sub', 'outer'])).toEqual([
      'bigint',
      'string',
      undefined,
      undefined,
      'bigint',
      'bigint',
      'bigint',
    ])
  })

  it('is known in RETURNING', () => {
    const values = { id: 1 }
    expect(reads(db.insertInto('events').values(values).returningAll(), ['id'])).toEqual(['bigint'])
    expect(reads(db.updateTable('events').set(values).returning('at'), ['at'])).toEqual(['string'])
    expect(reads(db.deleteFrom('events').returning('id as x'), ['x'])).toEqual(['bigint'])
  })
})

describe('a query over no such table', () => {
  it('is not looked into', () => {
    expect(fieldReadsOf(db.selectFrom('plain').selectAll().compile())).toBeUndefined()
    expect(fieldReadsOf(unconnected().selectFrom('events').selectAll().compile())).toBeUndefined()
  })
})
