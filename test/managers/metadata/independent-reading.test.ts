import { sql } from 'kysely'
import type { MatrixOne } from 'kysely-matrixone'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadZoo } from '../../fixtures/zoo/load-zoo.js'
import type { DatabaseMetadata } from '../../../src/managers/metadata/metadata-types.js'
import { compareModels } from '../../../src/schema/compare/compare-models.js'
import { toSchemaModel } from '../../../src/schema/to-schema-model.js'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const database = 'kmo_reading_zoo'
let db: MatrixOne<Record<string, never>>
let full: DatabaseMetadata

beforeAll(async () => {
  ;({ db } = await openDatabase<Record<string, never>>(server, database, {
    hooks: ['enable_hnsw'],
  }))
  await db.pinned((one) =>
    loadZoo(async (text) => (await one.execute(text)).rows, database, server.can),
  )
  full = await db.metadata.read()
})

const viewsOf = ({ tables }: DatabaseMetadata): readonly string[] =>
  tables.filter(({ kind }) => kind === 'view').map(({ name }) => name)

describe('a reading of some tables', () => {
  it.each([
    ['views without their tables', { include: ['w_*'] }],
    ['tables without their views', { exclude: ['w_*'] }],
    ['tables of several patterns', { include: ['k_*', 'v_*', 'p_*', 'fk_*'], exclude: ['*_two*'] }],
    ['tables with odd names', { include: ['__mo_user', 'a%!%b', 'back\\slash', 'été', '*😀*'] }],
    ['nothing', { include: ['no_such_table'] }],
  ])('finds what the full reading finds: %s', async (_case, filter) => {
    const some = await db.metadata.read(filter)
    const names = new Set(some.tables.map(({ name }) => name))
    expect(some.tables).toEqual(full.tables.filter(({ name }) => names.has(name)))
  })

  it('finds what the full reading finds for each view alone', async () => {
    for (const name of viewsOf(full)) {
      expect([await db.metadata.table(name)]).toEqual(
        full.tables.filter((table) => table.name === name),
      )
    }
  })
})

describe('a reading of the past', () => {
  it('finds what was read then, views included, whatever has happened since', async () => {
    await sql`create table was (id int primary key, a int)`.execute(db)
    await sql`create view of_was as select sum(a) as Total, id from was group by id`.execute(db)
    const before = await db.metadata.read()
    // Without a fraction the clock is rounded to seconds.
    const tick = server.can.utcTimestampFraction ? 20 : 1500
    await new Promise((resolve) => setTimeout(resolve, tick))
    const now = server.can.utcTimestampFraction ? sql`utc_timestamp(6)` : sql`utc_timestamp()`
    const { rows } = await sql<{ now: string }>`select cast(${now} as char) as now`.execute(db)
    const timestamp = new Date(`${rows[0]?.now.slice(0, 23).replace(' ', 'T')}Z`)
    await new Promise((resolve) => setTimeout(resolve, tick))
    await sql`alter table was modify column a bigint`.execute(db)
    expect((await db.metadata.read()).tables).not.toEqual(before.tables)
    await sql`drop table was`.execute(db)
    const past = await db.metadata.read({ at: { timestamp: new Date(timestamp.getTime() + 1) } })
    expect(past.tables).toEqual(before.tables)
    expect(compareModels(toSchemaModel([before]), toSchemaModel([past]))).toEqual([])
    await sql`drop view of_was`.execute(db)
  })
})
