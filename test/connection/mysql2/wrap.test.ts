import { sql } from 'kysely'
import mysql from 'mysql2'
import mysqlPromise from 'mysql2/promise'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  GuardError,
  MatrixOne,
  type MatrixOneConfig,
  TransactionAbortedError,
  wrapTransaction,
} from 'kysely-matrixone'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

interface DB {
  t: { id: number; name: string | null; at: Date | null }
}

const server = useServer(import.meta.url)
const DATABASE = 'kmo_conn_wrap'

let db: MatrixOne<DB>
const address = (): mysql.ConnectionOptions => ({ ...server.options, database: DATABASE })

beforeAll(async () => {
  ;({ db } = await openDatabase<DB>(server, DATABASE))
  await sql`create table t (id int primary key, name varchar(20), at datetime(6))`.execute(db)
})

beforeEach(async () => {
  await sql`delete from t where id >= 0`.execute(db)
})

const idsSeen = async (from: number): Promise<number[]> => {
  const query = db.selectFrom('t').select('id').where('id', '>=', from).orderBy('id')
  return (await query.execute()).map(({ id }) => id)
}

describe.each([
  ['a pool', 100, () => mysql.createPool({ ...address(), connectionLimit: 2 })],
  ['a promise pool', 200, () => mysqlPromise.createPool({ ...address(), connectionLimit: 2 })],
  ['a connection', 300, () => mysql.createConnection(address())],
  ['a promise connection', 400, () => mysqlPromise.createConnection(address())],
  ['a connection of a pool', 500, () => mysqlPromise.createPool(address()).getConnection()],
] as const)('%s that the program has', (_name, base, create) => {
  it('takes queries, streams and transactions, with hooks, and is closed by destroy()', async () => {
    const existing = await create()
    let hooks = 0
    const wrapped = new MatrixOne<DB>({ connection: existing, hooks: () => void (hooks += 1) })
    await wrapped.insertInto('t').values({ id: base, name: '🙂' }).execute()
    await Promise.all(
      [base + 1, base + 2, base + 3].map((id) =>
        wrapped.transaction().execute((trx) => trx.insertInto('t').values({ id }).execute()),
      ),
    )
    const ids: number[] = []
    const all = wrapped.selectFrom('t').select('id').where('id', '>=', base).orderBy('id')
    for await (const { id } of all.stream()) ids.push(id)
    expect(ids).toEqual([base, base + 1, base + 2, base + 3])
    expect(await wrapped.selectFrom('t').select('name').where('id', '=', base).execute()).toEqual([
      { name: '🙂' },
    ])
    expect(hooks).toBe(wrapped.hooks.status().ready)
    await wrapped.destroy()
    const closed = 'promise' in existing ? existing.promise() : existing
    await expect(closed.query('select 1')).rejects.toThrow(/closed/)
  })
})

describe('a connection that the program has', () => {
  it('cannot be replaced once it is closed, and says so', async () => {
    const connection = mysql.createConnection(address())
    const wrapped = new MatrixOne<DB>({ connection })
    await wrapped.selectFrom('t').selectAll().execute()
    const closed = new Promise((resolve) => {
      ;(connection as unknown as { stream: NodeJS.EventEmitter }).stream.once('close', resolve)
    })
    connection.destroy()
    await closed
    await expect(wrapped.selectFrom('t').selectAll().execute()).rejects.toThrow(
      /cannot make another one/,
    )
    await wrapped.destroy()
  })
})

describe('values', () => {
  it('are read and written as declared, whatever the options of the pool', async () => {
    const connection = mysql.createPool({
      ...address(),
      typeCast: () => 'cast',
      dateStrings: true,
      rowsAsArray: true,
      nestTables: '_',
      namedPlaceholders: true,
      timezone: '+08:00',
      supportBigNumbers: true,
      bigNumberStrings: true,
      jsonStrings: true,
      decimalNumbers: true,
      stringifyObjects: true,
    })
    const wrapped = new MatrixOne<DB>({ connection })
    const at = new Date('2026-11-21T10:20:30.123Z')
    await wrapped.insertInto('t').values({ id: 9, name: ':x ?', at }).execute()
    expect(await wrapped.selectFrom('t').selectAll().execute()).toEqual([
      { id: 9, name: ':x ?', at },
    ])
    await wrapped.destroy()
  })
})

describe('an option that would change statements', () => {
  const address_ = { host: '127.0.0.1', port: 1 }
  const wrap = (connection: MatrixOneConfig['connection']): (() => MatrixOne<DB>) => {
    return () => new MatrixOne<DB>({ connection })
  }

  it.each([
    ['queryFormat', { queryFormat: (text: string) => text }, /queryFormat rewrites/],
    ['charset latin1', { charset: 'LATIN1_SWEDISH_CI' }, /not utf8mb4.*UTF-8/s],
    ['charset gbk', { charset: 'GBK_CHINESE_CI' }, /not utf8mb4/],
    ['charset utf8', { charset: 'UTF8_GENERAL_CI' }, /not utf8mb4/],
  ])('is refused: %s', async (_name, option, message) => {
    const options = { ...address_, ...option }
    expect(wrap(options)).toThrow(message)
    const pool = mysql.createPool(options)
    expect(wrap(pool)).toThrow(message)
    expect(wrap(pool.promise())).toThrow(message)
    const connection = mysql.createConnection(options)
    connection.on('error', () => undefined)
    expect(wrap(connection)).toThrow(message)
    connection.destroy()
    await pool.promise().end()
  })

  it('is resetOnRelease, which would close each connection after one statement', () => {
    const pool = mysql.createPool({ ...address_, resetOnRelease: true })
    expect(wrap(pool)).toThrow(/resetOnRelease.*COM_RESET_CONNECTION/s)
  })

  it('is not utf8mb4 in any of its collations', () => {
    for (const charset of ['UTF8MB4_BIN', 'utf8mb4', 'UTF8MB4_0900_AI_CI']) {
      expect(wrap({ ...address_, charset })).not.toThrow()
      expect(wrap(mysql.createPool({ ...address_, charset }))).not.toThrow()
    }
  })

  it('does not include a cluster of pools, whose nodes may be different servers', () => {
    expect(wrap(mysql.createPoolCluster() as never)).toThrow(/PoolCluster/)
  })
})

describe('wrapTransaction', () => {
  it.each([
    ['connection', 600, () => mysqlPromise.createConnection(address())],
    ['pool connection', 700, () => mysqlPromise.createPool(address()).getConnection()],
  ])(
    'runs everything in the open transaction of a %s, and ends nothing',
    async (_name, base, create) => {
      const connection = await create()
      const write = async (from: number): Promise<void> => {
        await connection.query('begin')
        await connection.query(`insert into t (id) values (${from})`)
        const trx = await wrapTransaction<DB>(connection)
        expect(trx.isTransaction).toBe(true)
        await trx
          .insertInto('t')
          .values({ id: from + 1 })
          .execute()
        const query = trx.selectFrom('t').select('id').where('id', '>=', from).orderBy('id')
        expect(await query.execute()).toEqual([{ id: from }, { id: from + 1 }])
        expect(await trx.metadata.tables()).toHaveLength(1)
      }
      await write(base + 10)
      expect(await idsSeen(base + 1)).toEqual([])
      await connection.query('rollback')
      expect(await idsSeen(base + 2)).toEqual([])
      await write(base + 20)
      expect(await idsSeen(base + 3)).toEqual([])
      await connection.query('commit')
      expect(await idsSeen(base + 4)).toEqual([base + 20, base + 21])
      connection.destroy()
    },
  )

  it('keeps its guards: a SET is refused, an ended transaction is noticed', async () => {
    const connection = await mysqlPromise.createConnection(address())
    await connection.query('begin')
    const trx = await wrapTransaction<DB>(connection)
    await expect(sql`set probe_limit = 3`.execute(trx)).rejects.toThrow(GuardError)
    await connection.query('rollback')
    await expect(trx.insertInto('t').values({ id: 30 }).execute()).rejects.toThrow(
      TransactionAbortedError,
    )
    await expect(trx.selectFrom('t').selectAll().execute()).rejects.toThrow(TransactionAbortedError)
    expect(await idsSeen(30)).toEqual([])
    connection.destroy()
  })

  it('sends and reads instants in the zone of the session, which it cannot change', async () => {
    const at = new Date('2026-11-21T10:20:30.123Z')
    for (const [zone, text] of [
      ['-03:30', '06:50'],
      // 3.0.14 looks for the name in lower case.
      [server.version.includes('v3.0') ? '+08:00' : 'Asia/Shanghai', '18:20'],
    ]) {
      const connection = await mysqlPromise.createConnection(address())
      await connection.query(`set time_zone = '${zone}'`)
      await connection.query('begin')
      const trx = await wrapTransaction<DB>(connection)
      await trx.insertInto('t').values({ id: 40, at }).execute()
      expect(await trx.selectFrom('t').select('at').execute()).toEqual([{ at }])
      const { rows } = await sql`select date_format(at, '%H:%i') as text from t`.execute(trx)
      expect(rows).toEqual([{ text }])
      await connection.query('rollback')
      connection.destroy()
    }
  })

  it('goes through interceptors', async () => {
    const connection = await mysqlPromise.createConnection(address())
    await connection.query('begin')
    const seen: boolean[] = []
    const trx = await wrapTransaction<DB>(connection, {
      interceptors: [
        {
          execute: (call, next) => {
            seen.push(call.inTransaction)
            return next()
          },
        },
      ],
    })
    await trx.selectFrom('t').selectAll().execute()
    expect(seen).toEqual([true])
    await connection.query('rollback')
    connection.destroy()
  })

  it('refuses a connection on which no transaction is open', async () => {
    const connection = await mysqlPromise.createConnection(address())
    await expect(wrapTransaction<DB>(connection)).rejects.toThrow(/No transaction is open .* Begin/)
    await connection.query('begin')
    await connection.query('commit')
    await expect(wrapTransaction<DB>(connection)).rejects.toThrow(/No transaction is open/)
    connection.destroy()
  })

  it('takes the transaction of a connection without autocommit, whose owner commits it', async () => {
    const connection = await mysqlPromise.createConnection(address())
    await connection.query('set autocommit = 0')
    const trx = await wrapTransaction<DB>(connection)
    await trx.insertInto('t').values({ id: 60 }).execute()
    await expect(sql`set autocommit = 1`.execute(trx)).rejects.toThrow(/Guard: implicitCommit/)
    expect(await idsSeen(60)).toEqual([])
    await connection.query('commit')
    await expect(trx.insertInto('t').values({ id: 61 }).execute()).rejects.toThrow(
      TransactionAbortedError,
    )
    expect(await idsSeen(60)).toEqual([60])
    connection.destroy()
  })

  it('leaves no listener behind, however many transactions one connection has', async () => {
    const connection = mysql.createConnection(address())
    const { stream } = connection as unknown as { readonly stream: NodeJS.EventEmitter }
    const count = (): number[] => [
      connection.listenerCount('error'),
      connection.listenerCount('end'),
      stream.listenerCount('close'),
    ]
    connection.query('begin')
    await wrapTransaction<DB>(connection)
    const first = count()
    for (let round = 0; round < 20; round++) await wrapTransaction<DB>(connection)
    expect(count()).toEqual(first)
    connection.destroy()
  })

  it('refuses a pool, and a session whose text is quoted differently', async () => {
    const pool = mysqlPromise.createPool(address())
    await expect(wrapTransaction<DB>(pool)).rejects.toThrow(/lives on one connection/)
    await pool.end()
    const connection = await mysqlPromise.createConnection(address())
    await connection.query("set sql_mode = 'NO_BACKSLASH_ESCAPES'")
    await connection.query('begin')
    const wrapping = wrapTransaction<DB>(connection)
    // Before 4.2 the mode means nothing.
    const { quotingModesHonoured } = server.can
    if (quotingModesHonoured) await expect(wrapping).rejects.toThrow(/Guard: sqlMode/)
    else await expect(wrapping).resolves.toBeDefined()
    await connection.query('rollback')
    connection.destroy()
  })
})
