import { sql } from 'kysely'
import { GuardError, type MatrixOne } from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const database = 'kmo_guard_commit'

interface DB {
  t: { id: number }
}

let db: MatrixOne<DB>
let raw: Connection

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, database))
  await raw.query(`use ${database}`)
  await raw.query('create table t (id int primary key)')
  await raw.query("create procedure add_one () 'begin insert into t values (10); end'")
  server.beforeClose(() => raw.query(`drop procedure add_one`))
})

beforeEach(async () => {
  await raw.query('delete from t where true')
})

const ids = async (): Promise<readonly number[]> =>
  (await db.selectFrom('t').select('id').orderBy('id').execute()).map(({ id }) => id)

describe('EXECUTE in a transaction', () => {
  it('commits it when it is a prepared SET (the trap)', async () => {
    const prepared = raw.query("prepare p from 'set @a = 1'")
    if (!server.can.prepareSet) return expect(prepared).rejects.toThrow('cannot prepare')
    await prepared
    await raw.query('begin')
    await raw.query('insert into t values (1)')
    await raw.query('execute p')
    await raw.query('rollback')
    expect(await ids()).toEqual([1])
  })

  it.each(['set @a = 1', 'insert into t values (2)', 'select 1'])(
    'is refused whatever was prepared: %s',
    async (text) => {
      if (text.startsWith('set') && !server.can.prepareSet) return
      const run = db.transaction().execute(async (trx) => {
        await sql`insert into t values (1)`.execute(trx)
        await sql`${sql.raw(`prepare p from '${text}'`)}`.execute(trx)
        await sql`execute p`.execute(trx)
      })
      await expect(run).rejects.toThrow(GuardError)
      await expect(run).rejects.toThrow(
        /EXECUTE in a transaction may commit it.*Guard: implicitCommit/s,
      )
      expect(await ids()).toEqual([])
    },
  )

  it('runs on a pinned connection without one', async () => {
    await db.pinned(async (one) => {
      await sql`prepare p from 'insert into t values (?)'`.execute(one)
      await sql`set @a = 3`.execute(one)
      await sql`execute p using @a`.execute(one)
    })
    expect(await ids()).toEqual([3])
  })
})

describe('CALL in a transaction', () => {
  it('writes outside of it (the trap)', async () => {
    await raw.query('begin')
    await raw.query('insert into t values (1)')
    await raw.query('call add_one()')
    await raw.query('rollback')
    expect(await ids()).toEqual([10])
  })

  it.each(['call add_one()', `/*! CALL ${database}.add_one() */`])(
    'is refused: %s',
    async (text) => {
      const run = db.transaction().execute((trx) => sql`${sql.raw(text)}`.execute(trx))
      await expect(run).rejects.toThrow(/CALL would run outside of this transaction/)
      expect(await ids()).toEqual([])
    },
  )

  it('runs on the database', async () => {
    await sql`call add_one()`.execute(db)
    expect(await ids()).toEqual([10])
  })
})

describe('PREPARE', () => {
  it('from a variable is refused: no guard can read it', async () => {
    await db.pinned(async (one) => {
      await sql`set @text = 'set sql_mode = ''ANSI_QUOTES'''`.execute(one)
      await expect(sql`prepare p from @text`.execute(one)).rejects.toThrow(
        /PREPARE from @text cannot be read.*Guard: preparedText/s,
      )
    })
  })

  it.each([
    ["prepare p from 'set sql_mode = ?'", 'sqlMode'],
    ['prepare p from "set sql_mode = \'ANSI_QUOTES\'"', 'sqlMode'],
    ["prepare p from set sql_mode = 'ANSI_QUOTES'", 'sqlMode'],
    ['prepare p from set autocommit = 0', 'autocommit'],
    ["prepare p from 'set autocommit = 0'", 'autocommit'],
    ['/*! prepare p from set autocommit = @a */', 'autocommit'],
    ['prepare p from delete from t', 'fullDelete'],
    ["prepare p from 'select 1; select 2'", 'stackedStatements'],
    ['prepare p from "update t {snapshot = \'s\'} set id = 1"', 'timeHint'],
    ["/*! PREPARE p FROM 'update t {mo_ts = 1} set id = 1' */", 'timeHint'],
  ])('is read like any statement: %s', async (text, guard) => {
    await db.pinned(async (one) => {
      await expect(sql`${sql.raw(text)}`.execute(one)).rejects.toThrow(`Guard: ${guard}.`)
    })
  })
})
