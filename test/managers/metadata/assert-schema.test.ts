import { sql } from 'kysely'
import { type MatrixOne, SchemaDriftError, SchemaSnapshotError, ValueError } from 'kysely-matrixone'
import { serializeSnapshot, toSchemaModel } from 'mo-codegen'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
let db: MatrixOne<Record<string, never>>
let snapshot: string

beforeAll(async () => {
  ;({ db } = await openDatabase<Record<string, never>>(server, 'kmo_assert_schema'))
})

beforeEach(async () => {
  await sql`create table shop (id int primary key, name varchar(20) comment 'shown')`.execute(db)
  await sql`create view named as select id, name from shop where name is not null`.execute(db)
  snapshot = serializeSnapshot(toSchemaModel([await db.metadata.read()]))
})

afterEach(async () => {
  await sql`drop view if exists named`.execute(db)
  await sql`drop table if exists shop, other`.execute(db)
})

async function driftOf(run: Promise<void>): Promise<SchemaDriftError> {
  const error: unknown = await run.catch((failure: unknown) => failure)
  expect(error).toBeInstanceOf(SchemaDriftError)
  return error as SchemaDriftError
}

describe('assertSchema', () => {
  it('is content with the database that the snapshot came from, as text, JSON or model', async () => {
    await db.assertSchema(snapshot, { level: 'cosmetic' })
    await db.assertSchema(JSON.parse(snapshot), { level: 'cosmetic' })
    const model = toSchemaModel([await db.metadata.read()])
    await expect(db.assertSchema(model, { level: 'cosmetic' })).resolves.toBeUndefined()
  })

  it('throws what could break a statement, with the findings', async () => {
    await sql`drop view named`.execute(db)
    await sql`alter table shop drop column name`.execute(db)
    const drift = await driftOf(db.assertSchema(snapshot))
    expect(drift.findings.map(({ ruleId, message }) => [ruleId, message])).toEqual([
      ['table-removed', 'View named is gone.'],
      ['column-removed', 'shop.name is gone.'],
    ])
    expect(drift.message).toBe(
      'The database differs from the schema snapshot in 2 places:\n' +
        '  breaking: View named is gone.\n' +
        '  breaking: shop.name is gone.\n' +
        'Migrate the database, or generate the types again: mo-codegen generate.',
    )
  })

  it('lets harmless changes pass, unless the level asks for them', async () => {
    await sql`create table other (id int)`.execute(db)
    await db.assertSchema(snapshot)
    const added = await driftOf(db.assertSchema(snapshot, { level: 'additive' }))
    expect(added.findings.map(({ ruleId }) => ruleId)).toEqual(['table-added'])
    await sql`drop table other`.execute(db)
    await sql`alter table shop modify column name varchar(20) comment 'hidden'`.execute(db)
    await db.assertSchema(snapshot, { level: 'additive' })
    const commented = await driftOf(db.assertSchema(snapshot, { level: 'cosmetic' }))
    expect(commented.findings.map(({ ruleId }) => ruleId)).toEqual(['column-comment-changed'])
  })

  it('sees the changes of its own transaction', async () => {
    await db.transaction().execute(async (trx) => {
      await sql`create table other (id int)`.execute(trx)
      const { findings } = await driftOf(trx.assertSchema(snapshot, { level: 'additive' }))
      expect(findings.map(({ table }) => table)).toEqual(['other'])
      await sql`drop table other`.execute(trx)
    })
  })

  it('refuses what is not a snapshot, and a level that is none', async () => {
    await expect(db.assertSchema('{}')).rejects.toThrow(SchemaSnapshotError)
    await expect(db.assertSchema({ tables: {} })).rejects.toThrow(
      'The snapshot is not a schema snapshot of mo-codegen.',
    )
    await expect(db.assertSchema(snapshot, { level: 'any' as never })).rejects.toThrow(ValueError)
  })
})
