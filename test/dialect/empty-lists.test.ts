import { type ExpressionBuilder, HandleEmptyInListsPlugin, Kysely, sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { MatrixOneDialect, ValueError } from 'kysely-matrixone'
import { openDatabase, type TestDatabase, withClient } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)

interface DB {
  t: { id: number; name: string | null }
}

let own: TestDatabase<DB>

beforeAll(async () => {
  own = await openDatabase<DB>(server, 'empty_lists_test', { connection: { connectionLimit: 1 } })
  await sql`create table t (id int primary key, name varchar(10))`.execute(own.db)
  await sql`insert into t values (1, 'one'), (2, null)`.execute(own.db)
})

describe('a condition with an empty list', () => {
  it('is a syntax error on the server (the trap)', async () => {
    const asked = own.raw.query('select * from empty_lists_test.t where id in ()')
    await expect(asked).rejects.toMatchObject({ errno: 1064 })
  })

  it('lets nothing in, and keeps nothing out', async () => {
    const read = own.db.selectFrom('t').select('id').orderBy('id')
    expect(await read.where('id', 'in', []).execute()).toEqual([])
    expect(await read.where('id', 'not in', []).execute()).toEqual([{ id: 1 }, { id: 2 }])
    expect(await read.where('name', 'not in', []).execute()).toEqual([{ id: 1 }, { id: 2 }])
  })

  it('can be anywhere: in an or, a not, a join, a having, a selection', async () => {
    const isIn = (eb: ExpressionBuilder<DB, 't'>) => eb('t.id', 'in', [])
    const ids = (rows: readonly { id: number }[]): number[] => rows.map(({ id }) => id)
    const read = own.db.selectFrom('t').select('t.id').orderBy('t.id')
    expect(ids(await read.where((eb) => eb.or([isIn(eb), eb('t.id', '=', 2)])).execute())).toEqual([
      2,
    ])
    expect(ids(await read.where((eb) => eb.not(isIn(eb))).execute())).toEqual([1, 2])
    expect(ids(await read.groupBy('t.id').having('t.id', 'in', []).execute())).toEqual([])
    const joined = read.innerJoin('t as o', (join) =>
      join.onRef('o.id', '=', 't.id').on('o.id', 'in', []),
    )
    expect(await joined.execute()).toEqual([])
    const selected = read.select((eb) => isIn(eb).as('found'))
    expect(await selected.execute()).toEqual([
      { id: 1, found: false },
      { id: 2, found: false },
    ])
  })

  it('changes and deletes accordingly', async () => {
    const changed = await own.db
      .updateTable('t')
      .set({ name: 'x' })
      .where('id', 'in', [])
      .executeTakeFirstOrThrow()
    expect(changed.numUpdatedRows).toBe(0n)
    const deleted = await own.db.deleteFrom('t').where('id', 'in', []).executeTakeFirstOrThrow()
    expect(deleted.numDeletedRows).toBe(0n)
  })

  it('works under a plain Kysely, and leaves the plugin of kysely its say', async () => {
    const db = new Kysely<DB>({ dialect: new MatrixOneDialect({ connection: own.options }) })
    expect(await db.selectFrom('t').select('id').where('id', 'in', []).execute()).toEqual([])
    const strategy = (): never => {
      throw new Error('seen by the plugin')
    }
    const plugged = db.withPlugin(new HandleEmptyInListsPlugin({ strategy }))
    const asked = plugged.selectFrom('t').select('id').where('id', 'in', []).execute()
    await expect(asked).rejects.toThrow('seen by the plugin')
    await db.destroy()
  })

  it('is refused under emptyLists: "refuse"', async () => {
    await withClient(own, { emptyLists: 'refuse' }, async (db) => {
      const none = db.selectFrom('t').select('id').where('id', 'in', [])
      await expect(async () => none.execute()).rejects.toThrow(ValueError)
    })
  })
})
