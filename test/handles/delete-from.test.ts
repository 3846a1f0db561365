/** `deleteFrom` by type: the queries are compiled and never sent. */
import { type Generated, type Kysely, sql } from 'kysely'
import { MatrixOne, type MatrixOneTransaction } from 'kysely-matrixone'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { DB as Magazine } from '../codegen/emit/typescript/generated/magazine.js'

interface Logs {
  id: Generated<number>
  article_id: number
}

interface DB extends Magazine {
  logs: Logs
  'archive.logs': Logs
  'archive.article_list': Magazine['article_list']
}

type View = Magazine['article_list']

const db = new MatrixOne<DB>({ connection: { host: '127.0.0.1', port: 1 } })

/** The SQL of a query, which is all that is wanted of it. */
const sqlOf = (query: { compile(): { readonly sql: string } }): string => query.compile().sql

describe('DELETE from a view', () => {
  it('compiles with kysely alone (the trap)', () => {
    const plain: Kysely<DB> = db
    expect(sqlOf(plain.deleteFrom('article_list'))).toBe('delete from `article_list`')
  })

  it('does not compile', () => {
    // @ts-expect-error article_list is a view
    expect(sqlOf(db.deleteFrom('article_list'))).toContain('delete')
    // @ts-expect-error under an alias too
    expect(sqlOf(db.deleteFrom('article_list as l'))).toContain('delete')
    // @ts-expect-error nor among tables
    expect(sqlOf(db.deleteFrom(['logs', 'article_list']))).toContain('delete')
    // @ts-expect-error nor in another database
    expect(sqlOf(db.deleteFrom('archive.article_list'))).toContain('delete')
    // @ts-expect-error nor in another schema
    expect(sqlOf(db.withSchema('archive').deleteFrom('article_list'))).toContain('delete')
    // @ts-expect-error nor when it was given by withTables
    expect(sqlOf(db.withTables<{ shown: View }>().deleteFrom('shown'))).toContain('delete')
    // @ts-expect-error nor when the tables were picked
    expect(sqlOf(db.$pickTables<'article_list'>().deleteFrom('article_list'))).toContain('delete')
  })

  it('does not compile in a transaction, nor on another handle', () => {
    const inTransaction = (trx: MatrixOneTransaction<DB>): unknown =>
      // @ts-expect-error article_list is a view
      trx.deleteFrom('article_list').where('id', '=', 1).execute()
    const controlled = async (): Promise<unknown> => {
      const trx = await db.startTransaction().execute()
      // @ts-expect-error article_list is a view
      return trx.deleteFrom('article_list').where('id', '=', 1).execute()
    }
    const pinned = (): unknown =>
      // @ts-expect-error article_list is a view
      db.pinned(async (one) => one.deleteFrom('article_list').where('id', '=', 1).execute())
    expect([inTransaction, controlled, pinned].map((each) => typeof each)).toEqual(
      Array.from({ length: 3 }, () => 'function'),
    )
  })
})

describe('DELETE from a table', () => {
  it('is as kysely has it: aliases, lists, joins with views, subqueries, expressions', () => {
    expect(sqlOf(db.deleteFrom('logs as l').where('l.id', '=', 1))).toBe(
      'delete from `logs` as `l` where `l`.`id` = ?',
    )
    expect(
      sqlOf(
        db
          .deleteFrom('logs')
          .using('logs')
          .innerJoin('article_list as a', 'a.id', 'logs.article_id')
          .where('a.title', '=', 'x'),
      ),
    ).toContain('using `logs` inner join `article_list` as `a`')
    expect(
      sqlOf(
        db
          .deleteFrom(['logs', 'articles'])
          .using(['logs', 'articles'])
          .whereRef('articles.id', '=', 'logs.article_id'),
      ),
    ).toContain('delete from `logs`, `articles` using `logs`, `articles`')
    expect(
      sqlOf(
        db
          .deleteFrom('logs')
          .where('article_id', 'in', (eb) => eb.selectFrom('article_list').select('id')),
      ),
    ).toContain('in (select `id` from `article_list`)')
    expect(sqlOf(db.deleteFrom('archive.logs').where('id', '=', 1))).toContain('`archive`.`logs`')
    expect(sqlOf(db.deleteFrom(sql<Logs>`logs`.as('l')).where('l.id', '=', 1))).toContain('`l`')
    // kysely 0.28.0 has no dynamic tables.
    if ('table' in db.dynamic) {
      expect(sqlOf(db.deleteFrom(db.dynamic.table('logs').as('l')))).toContain('`l`')
    }
    expect(sqlOf(db.withTables<{ extra: Logs }>().deleteFrom('extra').where('id', '=', 1))).toBe(
      'delete from `extra` where `id` = ?',
    )
    // @ts-expect-error there is no such column
    expect(sqlOf(db.deleteFrom('logs').where('nosuch', '=', 1))).toContain('nosuch')
    // @ts-expect-error there is no such table
    expect(sqlOf(db.deleteFrom('nosuch'))).toContain('nosuch')
  })

  it('has the types of kysely', () => {
    const plain: Kysely<DB> = db
    const own = db.deleteFrom('logs as l').returning(['l.id'])
    const theirs = plain.deleteFrom('logs as l').returning(['l.id'])
    expectTypeOf(own).toEqualTypeOf(theirs)
    expectTypeOf(db.deleteFrom('logs')).toEqualTypeOf(plain.deleteFrom('logs'))
    expectTypeOf(db.deleteFrom(['logs', 'articles'])).toEqualTypeOf(
      plain.deleteFrom(['logs', 'articles']),
    )
  })

  it('can be generic over the table', () => {
    const clear = <Table extends 'logs' | 'articles'>(table: Table): string =>
      sqlOf(db.deleteFrom(table))
    expect(clear('logs')).toBe('delete from `logs`')
    const clearAny = <Name extends keyof DB & string>(name: Name): string =>
      // @ts-expect-error views are among all tables
      sqlOf(db.deleteFrom(name))
    expect(typeof clearAny).toBe('function')
  })

  it('takes any table where the tables are not known', () => {
    // oxlint-disable-next-line typescript/no-explicit-any -- what untyped programs have
    const untyped = db as unknown as MatrixOne<any>
    expect(sqlOf(untyped.deleteFrom('x').where('y', '=', 1))).toContain('`x`')
    const open = db as unknown as MatrixOne<Record<string, Record<string, unknown>>>
    expect(sqlOf(open.deleteFrom('x').where('y', '=', 1))).toContain('`x`')
  })
})
