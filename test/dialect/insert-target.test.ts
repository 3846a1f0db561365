import fc from 'fast-check'
import { CompiledQuery, Kysely } from 'kysely'
import { describe, expect, it } from 'vitest'
import { insertTarget } from '../../src/dialect/insert-target.js'
import { MatrixOneDialect } from 'kysely-matrixone'
import { quoteIdentifier } from '../../src/sql/identifiers.js'

const read = (sql: string): unknown => insertTarget(CompiledQuery.raw(sql))

describe('the table of an INSERT that was written', () => {
  it.each([
    ['insert into t (a) values (?)', undefined, 't'],
    ['INSERT t SET a = 1', undefined, 't'],
    ['/* why */ insert /* c */ into `a ``b` values (1)', undefined, 'a `b'],
    ['insert into shop . `orders` values (1)', 'shop', 'orders'],
    ["insert into t values ('on duplicate key update')", undefined, 't'],
  ])('is found: %s', (sql, schema, table) => {
    expect(read(sql)).toEqual({ schema, table })
  })

  it.each([
    'insert ignore into t values (1)',
    'insert into t values (1) on duplicate key update a = 2',
    'insert into t values (1) /*!40000 on duplicate key update a = 2 */',
    'insert into t values (1); insert into u values (2)',
    'replace into t values (1)',
    'select 1',
    'insert into',
    'insert into t.',
    "insert into 't' values (1)",
    '',
  ])('is of no use: %j', (sql) => {
    expect(read(sql)).toBeUndefined()
  })

  it('has the name that was quoted, whatever it is', () => {
    const name = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !/\0/.test(text))
    fc.assert(
      fc.property(name, name, (schema, table) => {
        const sql = `insert into ${quoteIdentifier(schema)}.${quoteIdentifier(table)} values (1)`
        expect(read(sql)).toEqual({ schema, table })
      }),
    )
  })
})

describe('the table of an INSERT that was built', () => {
  it('is that of its node, unless a clause makes it something else', () => {
    const dialect = new MatrixOneDialect({ connection: 'mysql://root:none@127.0.0.1:1/none' })
    const db = new Kysely<{ 'shop.t': { a: number } }>({ dialect })
    const insert = db.insertInto('shop.t').values({ a: 1 })
    expect(insertTarget(insert.compile())).toEqual({ schema: 'shop', table: 't' })
    expect(insertTarget(insert.ignore().compile())).toBeUndefined()
    expect(insertTarget(insert.onDuplicateKeyUpdate({ a: 2 }).compile())).toBeUndefined()
  })
})
