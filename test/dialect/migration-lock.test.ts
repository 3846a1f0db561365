import { type MigrationLockOptions, sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { type MatrixOne } from 'kysely-matrixone'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
let db: MatrixOne<Record<string, never>>

beforeAll(async () => {
  ;({ db } = await openDatabase<Record<string, never>>(server, 'kmo_dialect_migration'))
  await sql`create table locks (id varchar(10) primary key)`.execute(db)
})

const options: MigrationLockOptions = { lockTable: 'locks', lockRowId: 'a' }

async function isFree(): Promise<boolean> {
  if (!server.can.locksOfSessions) return true
  const { rows } = await sql<{
    owner: unknown
  }>`select is_used_lock('kysely-matrixone-migration') as owner`.execute(db)
  return rows[0]?.owner === null
}

describe('the migration lock', () => {
  it('is held between acquire and release', async () => {
    await db.transaction().execute(async (trx) => {
      const { adapter } = trx.getExecutor()
      await adapter.acquireMigrationLock(trx, options)
      const held = !(await isFree())
      expect(held).toBe(server.can.locksOfSessions)
      await adapter.releaseMigrationLock(trx, options)
    })
    expect(await isFree()).toBe(true)
  })
})
