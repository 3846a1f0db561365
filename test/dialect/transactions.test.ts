import mysql from 'mysql2/promise'
import { type LogEvent, sql } from 'kysely'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  GuardError,
  LockWaitTimeoutError,
  MatrixOne,
  TransactionAbortedError,
  UniqueViolationError,
} from 'kysely-matrixone'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const DATABASE = 'kmo_dialect_transactions'

interface DB {
  t: { id: number; v: string | null }
}

let db: MatrixOne<DB>
let raw: mysql.Connection

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, DATABASE))
  await raw.query(`use ${DATABASE}`)
  await raw.query('create table t (id int primary key, v varchar(20))')
})

beforeEach(async () => {
  await raw.query('delete from t where id > 0')
})

function keepLog(): { readonly logged: string[]; readonly log: (event: LogEvent) => void } {
  const logged: string[] = []
  return { logged, log: ({ query }) => void logged.push(query.sql) }
}

async function rowsSeenByAnotherConnection(): Promise<unknown> {
  const other = await mysql.createConnection({ ...server.options, database: DATABASE })
  const [rows] = await other.query('select id from t order by id')
  other.destroy()
  return rows
}

describe('a transaction', () => {
  it('commits what its callback did', async () => {
    await db.transaction().execute(async (trx) => {
      await trx.insertInto('t').values({ id: 1, v: 'a' }).execute()
    })
    expect(await rowsSeenByAnotherConnection()).toEqual([{ id: 1 }])
  })

  it('is undone when its callback throws', async () => {
    const failure = new Error('no')
    await expect(
      db.transaction().execute(async (trx) => {
        await trx.insertInto('t').values({ id: 1, v: 'a' }).execute()
        throw failure
      }),
    ).rejects.toBe(failure)
    expect(await rowsSeenByAnotherConnection()).toEqual([])
  })

  it('goes on after an error of a statement, as the server does', async () => {
    await db.transaction().execute(async (trx) => {
      await trx.insertInto('t').values({ id: 1, v: 'a' }).execute()
      await expect(trx.insertInto('t').values({ id: 1, v: 'b' }).execute()).rejects.toThrow(
        UniqueViolationError,
      )
      await trx.insertInto('t').values({ id: 2, v: 'c' }).execute()
    })
    expect(await rowsSeenByAnotherConnection()).toEqual([{ id: 1 }, { id: 2 }])
  })
})

describe("kysely's own log", () => {
  it('shows what begins and ends a transaction, once', async () => {
    const { logged, log } = keepLog()
    const calls: string[] = []
    const watched = new MatrixOne<DB>({
      connection: { ...server.options, database: DATABASE },
      interceptors: [
        {
          execute: (call, next) => {
            calls.push(call.query.sql)
            return next()
          },
        },
      ],
      log,
    })
    await watched.transaction().execute((trx) => trx.selectFrom('t').select('id').execute())
    const trx = await watched.startTransaction().execute()
    await trx.rollback().execute()
    await watched.destroy()
    expect(logged).toEqual(['begin', 'select `id` from `t`', 'commit', 'begin', 'rollback'])
    expect(calls).toEqual(['select `id` from `t`'])
  })
})

describe('a SET inside a transaction', () => {
  it('commits it when it reaches the server (the trap)', async () => {
    await raw.query('begin')
    await raw.query('insert into t values (1, null)')
    await raw.query('set probe_limit = 6')
    await raw.query('rollback')
    expect(await rowsSeenByAnotherConnection()).toEqual([{ id: 1 }])
  })

  it.each([
    'set probe_limit = 6',
    '/* c */ set @x = 1',
    '-- c\nset names utf8mb4',
    '/*!40101 set @x = 1 */',
    'lock tables t read',
    'begin',
    'start transaction',
    'commit',
  ])('is refused before it is sent: %s', async (statement) => {
    const failure = new Error('leave')
    await expect(
      db.transaction().execute(async (trx) => {
        await trx.insertInto('t').values({ id: 2, v: null }).execute()
        await expect(sql.raw(statement).execute(trx)).rejects.toThrow(GuardError)
        throw failure
      }),
    ).rejects.toBe(failure)
    expect(await rowsSeenByAnotherConnection()).toEqual([])
  })

  it('names the variable and the way to set it', async () => {
    await expect(
      db.transaction().execute((trx) => sql`set probe_limit = 6`.execute(trx)),
    ).rejects.toThrow(
      'SET probe_limit would commit this transaction: MatrixOne ends a transaction at any SET.\n' +
        'Set it when the connection is made: ' +
        'new MatrixOne({ hooks: [setSession({ probe_limit: … })] }).\nGuard: implicitCommit.',
    )
  })
})

describe('a savepoint', () => {
  it('does nothing, and rolling back to it undoes the previous statement (the trap)', async () => {
    await raw.query('begin')
    await raw.query('insert into t values (1, null)')
    await raw.query('savepoint a')
    await raw.query('insert into t values (2, null)')
    await raw.query('insert into t values (3, null)')
    await expect(raw.query('rollback to savepoint a')).rejects.toMatchObject({ errno: 20101 })
    await raw.query('commit')
    expect(await rowsSeenByAnotherConnection()).toEqual([{ id: 1 }, { id: 2 }])
  })

  it('is refused before it is sent', async () => {
    const trx = await db.startTransaction().execute()
    await trx.insertInto('t').values({ id: 1, v: null }).execute()
    await expect(trx.savepoint('a').execute()).rejects.toThrow(/no savepoints/)
    await expect(sql`rollback to savepoint a`.execute(trx)).rejects.toThrow(GuardError)
    await trx.rollback().execute()
    expect(await rowsSeenByAnotherConnection()).toEqual([])
  })
})

describe('an isolation level', () => {
  it('is accepted and ignored by the server (the trap)', async () => {
    await raw.query('insert into t values (1, null)')
    await raw.query('set transaction isolation level serializable')
    await raw.query('begin')
    await raw.query('select count(*) from t')
    const other = await mysql.createConnection({ ...server.options, database: DATABASE })
    await other.query('insert into t values (2, null)')
    other.destroy()
    const [rows] = await raw.query('select count(*) as n from t')
    await raw.query('rollback')
    expect(rows).toEqual([{ n: 2 }])
  })

  it('is refused, except the one that the server has', async () => {
    const attempt = (level: 'serializable' | 'read committed') =>
      db
        .transaction()
        .setIsolationLevel(level)
        .execute(async (trx) => trx.insertInto('t').values({ id: 5, v: null }).execute())
    await expect(attempt('serializable')).rejects.toThrow(/has no effect/)
    await attempt('read committed')
    expect(await rowsSeenByAnotherConnection()).toEqual([{ id: 5 }])
  })

  it('is sent where the guard is off, for a server that knows it', async () => {
    const { logged, log } = keepLog()
    const unguarded = new MatrixOne<DB>({
      connection: { ...server.options, database: DATABASE },
      guards: { isolationLevel: 'off' },
      log,
    })
    await unguarded
      .transaction()
      .setIsolationLevel('serializable')
      .setAccessMode('read only')
      .execute((trx) => trx.selectFrom('t').select('id').execute())
    await unguarded.destroy()
    expect(logged).toEqual([
      'set transaction isolation level serializable, read only',
      'begin',
      'select `id` from `t`',
      'commit',
    ])
  })

  it('is refused for read only, which could write', async () => {
    await expect(
      db
        .transaction()
        .setAccessMode('read only')
        .execute(async () => 1),
    ).rejects.toThrow(/such a transaction can write/)
  })
})

describe('a transaction that waited too long for a lock', () => {
  it('goes on in autocommit silently where the server ends it (the trap)', async () => {
    await raw.query("insert into t values (1, 'a')")
    const locker = await mysql.createConnection({ ...server.options, database: DATABASE })
    try {
      await locker.query('begin')
      await locker.query("update t set v = 'locked' where id = 1")
      await raw.query('set lock_wait_timeout = 1')
      await raw.query('begin')
      await raw.query('insert into t values (100, null)')
      await expect(raw.query("update t set v = 'x' where id = 1")).rejects.toMatchObject({
        errno: server.can.lockTimeoutErrno,
      })
      await raw.query('insert into t values (101, null)')
      await raw.query('rollback')
      await locker.query('rollback')
    } finally {
      locker.destroy()
    }
    const kept = server.can.lockTimeoutEndsTransaction ? [{ id: 1 }, { id: 101 }] : [{ id: 1 }]
    expect(await rowsSeenByAnotherConnection()).toEqual(kept)
  })

  it('rejects everything further, also the commit, with the error that ended it as cause', async () => {
    await raw.query("insert into t values (1, 'a')")
    await raw.query('begin')
    await raw.query("update t set v = 'locked' where id = 1")
    const quick = new MatrixOne<DB>({
      connection: { ...server.options, database: DATABASE, connectionLimit: 1 },
      hooks: async (connection) => {
        await connection.execute('set lock_wait_timeout = 1')
      },
    })
    try {
      let first: unknown
      let second: unknown
      const done = await quick
        .transaction()
        .execute(async (trx) => {
          await trx.insertInto('t').values({ id: 100, v: null }).execute()
          first = await trx
            .updateTable('t')
            .set({ v: 'x' })
            .where('id', '=', 1)
            .execute()
            .catch((error: unknown) => error)
          second = await trx
            .insertInto('t')
            .values({ id: 101, v: null })
            .execute()
            .catch((error: unknown) => error)
          if (!server.can.lockTimeoutEndsTransaction) throw first
        })
        .catch((error: unknown) => error)
      expect(first).toBeInstanceOf(LockWaitTimeoutError)
      expect(first).toMatchObject({ errno: server.can.lockTimeoutErrno, retryable: true })
      if (server.can.lockTimeoutEndsTransaction) {
        expect(second).toMatchObject({ name: 'TransactionAbortedError', cause: first })
        expect(done).toBeInstanceOf(TransactionAbortedError)
      } else {
        expect(done).toBe(first)
      }
      await raw.query('rollback')
      await quick.insertInto('t').values({ id: 7, v: null }).execute()
    } finally {
      await quick.destroy()
    }
    expect(await rowsSeenByAnotherConnection()).toEqual([{ id: 1 }, { id: 7 }])
  })
})

describe('stacked statements', () => {
  it('always run (the trap)', async () => {
    await raw.query('insert into t values (1, null); insert into t values (2, null)')
    expect(await rowsSeenByAnotherConnection()).toEqual([{ id: 1 }, { id: 2 }])
  })

  it('are refused unless asked for', async () => {
    await expect(sql`select 1; delete from t`.execute(db)).rejects.toThrow(/2 statements/)
    await expect(sql`select ';' as a;`.execute(db)).resolves.toMatchObject({ rows: [{ a: ';' }] })
  })
})
