import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { ConnectionError, GuardError, type HookConnection } from 'kysely-matrixone'
import { openDatabase, withClient } from '../../support/database.js'
import { selectOne } from '../../support/queries.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const DATABASE = 'kmo_conn_hook'

interface DB {
  t: { id: number }
}

describe('the connection of a hook or listener', () => {
  it.each(['hook', 'connect', 'checkout', 'checkin'])(
    'that a %s has kept is closed to it when that has ended',
    async (where) => {
      const kept: HookConnection[] = []
      const keep = (connection: HookConnection): void => void kept.push(connection)
      const config = where === 'hook' ? { hooks: keep } : { listeners: [{ [where]: keep }] }
      const { db } = await openDatabase<DB>(server, DATABASE, config)
      await sql`create table t (id int primary key)`.execute(db)
      await expect(
        db.transaction().execute(async (trx) => {
          await trx.insertInto('t').values({ id: 1 }).execute()
          // It would run inside of the transaction, and commit it.
          for (const connection of kept) {
            await expect(connection.execute('set @a = 1')).rejects.toThrow(ConnectionError)
            await expect(connection.execute('select 1')).rejects.toThrow(
              /hook or listener that has ended/,
            )
          }
          throw new Error('undo')
        }),
      ).rejects.toThrow('undo')
      expect(kept.length).toBeGreaterThan(0)
      expect(await db.selectFrom('t').selectAll().execute()).toEqual([])
    },
  )

  it('is waited for when a statement was not awaited', async () => {
    const order: string[] = []
    const hooks = (connection: HookConnection): void => {
      void connection.execute('select sleep(0.1) as s').then(() => order.push('hook'))
    }
    await withClient(server, { hooks }, async (db) => {
      await selectOne(db)
      order.push('query')
    })
    expect(order).toEqual(['hook', 'query'])
  })

  it('refuses what the guards refuse elsewhere', async () => {
    const said: string[] = []
    const hooks = async (connection: HookConnection): Promise<void> => {
      for (const text of [
        'select 1; select 2',
        "set sql_mode = 'ANSI_QUOTES'",
        'set autocommit = 0',
        "update t {snapshot = 's'} set a = 1",
      ]) {
        const error: unknown = await connection.execute(text).catch((reason: unknown) => reason)
        expect(error).toBeInstanceOf(GuardError)
        said.push(/Guard: (\w+)/.exec(String(error))?.[1] ?? '')
      }
    }
    await withClient(server, { hooks }, selectOne)
    expect(said).toEqual(['stackedStatements', 'sqlMode', 'autocommit', 'timeHint'])
  })

  it('refuses a SET in a transaction that the hook has begun itself', async () => {
    const hooks = async (connection: HookConnection): Promise<void> => {
      await connection.execute('begin')
      await expect(connection.execute('set @a = 1')).rejects.toThrow(/Guard: implicitCommit/)
      await connection.execute('commit')
      await connection.execute('set @a = 1')
    }
    await withClient(server, { hooks, onHookError: 'throw' }, selectOne)
  })

  it('refuses a text that is longer than a packet of the server', async () => {
    const hooks = async (connection: HookConnection): Promise<void> => {
      const long = `select 1 /*${' '.repeat(70_000_000)}*/`
      await expect(connection.execute(long)).rejects.toThrow(/bytes/)
    }
    await withClient(server, { hooks, onHookError: 'throw' }, selectOne)
  })
})
