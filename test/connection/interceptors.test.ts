import { sql } from 'kysely'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type CursorExecuteCall,
  GuardError,
  type Interceptor,
  MatrixOne,
  UnsupportedError,
} from 'kysely-matrixone'
import {
  type ClientConfig,
  openDatabase,
  type TestDatabase,
  withClient,
} from '../support/database.js'
import { useServer } from '../support/server.js'

interface DB {
  t: { id: number; name: string }
}

const server = useServer(import.meta.url)
const DATABASE = 'kmo_conn_intercept'

let database: TestDatabase<DB>
let db: MatrixOne<DB>

const withInterceptors = <T>(
  interceptors: readonly Interceptor[],
  use: (db: MatrixOne<DB>) => Promise<T>,
  config: ClientConfig = {},
): Promise<T> => withClient(database, { ...config, interceptors }, use)

beforeAll(async () => {
  database = await openDatabase<DB>(server, DATABASE)
  db = database.db
  await sql`create table t (id int primary key, name varchar(20))`.execute(db)
})

beforeEach(async () => {
  await sql`delete from t where id >= 0`.execute(db)
  await db
    .insertInto('t')
    .values([
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
    ])
    .execute()
})

const namesOf = async (database: MatrixOne<DB>): Promise<string[]> =>
  (await database.selectFrom('t').select('name').orderBy('id').execute()).map(({ name }) => name)

describe('execute', () => {
  it('sees every query as kysely compiled it: builders, raw SQL, managers and streams', async () => {
    const seen: string[] = []
    const ids: number[] = []
    const execute: Interceptor['execute'] = async (call, next) => {
      seen.push(`${call.query.query.kind}${call.isStream ? ' stream' : ''}`)
      return next()
    }
    await withInterceptors([{ execute }], async (database) => {
      await namesOf(database)
      await sql`select ${1}`.execute(database)
      await database.metadata.databases()
      for await (const { id } of database.selectFrom('t').select('id').stream()) ids.push(id)
    })
    expect(ids).toHaveLength(2)
    expect(seen[0]).toBe('SelectQueryNode')
    expect(seen.slice(1, -1).every((kind) => kind === 'RawNode')).toBe(true)
    expect(seen.slice(1, -1).length).toBeGreaterThan(1)
    expect(seen.at(-1)).toBe('SelectQueryNode stream')
  })

  it('may change statement and parameters', async () => {
    const execute: Interceptor['execute'] = (call, next) =>
      next({ query: { ...call.query, parameters: [2] } })
    const name = await withInterceptors([{ execute }], (database) =>
      database.selectFrom('t').select('name').where('id', '=', 1).executeTakeFirstOrThrow(),
    )
    expect(name).toEqual({ name: 'b' })
  })

  it('may answer itself, without next; then nothing is sent', async () => {
    let sent = 0
    const cache: Interceptor = {
      execute: async () => ({ rows: [{ name: 'from the cache' }] }),
      cursorExecute: (_call, next) => {
        sent += 1
        return next()
      },
    }
    expect(await withInterceptors([cache], namesOf)).toEqual(['from the cache'])
    expect(sent).toBe(0)
  })

  it('sees errors, and may turn one into an answer or into another error', async () => {
    const execute: Interceptor['execute'] = async (call, next) => {
      try {
        return await next()
      } catch (error) {
        if (call.query.sql.includes('nowhere')) return { rows: [] }
        throw new Error('translated', { cause: error })
      }
    }
    await withInterceptors([{ execute }], async (database) => {
      expect((await sql`select * from nowhere`.execute(database)).rows).toEqual([])
      await expect(sql`select * from elsewhere`.execute(database)).rejects.toMatchObject({
        message: 'translated',
        cause: { errno: 1064 },
      })
    })
  })

  it('may run the statement again', async () => {
    let failures = 1
    const flaky: Interceptor['cursorExecute'] = (_call, next) => {
      if (failures-- > 0) throw new Error('once')
      return next()
    }
    const again: Interceptor['execute'] = (_call, next) => next().catch(() => next())
    const names = await withInterceptors([{ execute: again, cursorExecute: flaky }], namesOf)
    expect(names).toEqual(['a', 'b'])
  })

  it('sees the error of a statement that a guard refuses, also when another one wrote it', async () => {
    const seen: unknown[] = []
    const outer: Interceptor['execute'] = (_call, next) =>
      next().catch((error: unknown) => {
        seen.push(error)
        throw error
      })
    const inner: Interceptor['execute'] = (call, next) =>
      next({ query: { ...call.query, sql: `${call.query.sql}; drop table t` } })
    await withInterceptors([{ execute: outer }, { execute: inner }], async (database) => {
      await expect(namesOf(database)).rejects.toThrow(GuardError)
    })
    expect(seen).toMatchObject([{ guard: 'stackedStatements' }])
    expect(await namesOf(db)).toEqual(['a', 'b'])
  })
})

describe('cursorExecute', () => {
  it('sees the text on the wire and the parameters', async () => {
    const seen: Partial<CursorExecuteCall>[] = []
    const cursorExecute: Interceptor['cursorExecute'] = (call, next) => {
      const { sql: statement, parameters, text, isStream, inTransaction } = call
      seen.push({ sql: statement, parameters, text, isStream, inTransaction })
      return next()
    }
    await withInterceptors([{ cursorExecute }], async (database) => {
      await database.transaction().execute(async (trx) => {
        await trx.updateTable('t').set({ name: "it's" }).where('id', '=', 2).execute()
      })
    })
    expect(seen).toEqual([
      {
        sql: 'update `t` set `name` = ? where `id` = ?',
        parameters: ["it's", 2],
        text: "update `t` set `name` = 'it''s' where `id` = 2",
        isStream: false,
        inTransaction: true,
      },
    ])
    expect(await namesOf(db)).toEqual(['a', "it's"])
  })

  it('may change statement and parameters, and the text follows', async () => {
    const texts: string[] = []
    const tag: Interceptor['cursorExecute'] = (call, next) =>
      next({ sql: `/* tagged */ ${call.sql}`, parameters: ['b'] })
    const look: Interceptor['cursorExecute'] = (call, next) => {
      texts.push(call.text)
      return next()
    }
    await withInterceptors([{ cursorExecute: tag }, { cursorExecute: look }], async (database) => {
      const row = await database
        .selectFrom('t')
        .select('id')
        .where('name', '=', 'a')
        .executeTakeFirst()
      expect(row).toEqual({ id: 2 })
    })
    expect(texts).toEqual(["/* tagged */ select `id` from `t` where `name` = 'b'"])
  })

  it('runs inside of execute, and several in order, the first outermost', async () => {
    const steps: string[] = []
    const around = (name: string): Interceptor => ({
      execute: async (_call, next) => {
        steps.push(`${name} execute`)
        const result = await next()
        steps.push(`${name} executed`)
        return result
      },
      cursorExecute: async (_call, next) => {
        steps.push(`${name} cursor`)
        return next()
      },
    })
    await withInterceptors([around('a'), around('b')], async (database) => {
      const remove = database.interceptors.add(around('c'))
      await namesOf(database)
      remove()
    })
    expect(steps).toEqual([
      'a execute',
      'b execute',
      'c execute',
      'a cursor',
      'b cursor',
      'c cursor',
      'c executed',
      'b executed',
      'a executed',
    ])
  })
})

describe('a stream', () => {
  it('keeps next() pending until its last row was read', async () => {
    const steps: string[] = []
    const execute: Interceptor['execute'] = async (call, next) => {
      steps.push(`began, ${call.isStream ? 'stream' : 'query'}`)
      const result = await next()
      steps.push(`ended, ${result.rows.length} rows`)
      return result
    }
    await withInterceptors([{ execute }], async (database) => {
      for await (const { id } of database.selectFrom('t').select('id').orderBy('id').stream(1)) {
        steps.push(`row ${id}`)
      }
    })
    expect(steps).toEqual(['began, stream', 'row 1', 'row 2', 'ended, 0 rows'])
  })

  it('ends for the interceptor when its reader breaks off', async () => {
    const steps: string[] = []
    const cursorExecute: Interceptor['cursorExecute'] = (_call, next) =>
      next().finally(() => steps.push('ended'))
    await withInterceptors([{ cursorExecute }], async (database) => {
      for await (const { id } of database.selectFrom('t').select('id').orderBy('id').stream(1)) {
        steps.push(`row ${id}`)
        break
      }
      expect(steps).toEqual(['row 1', 'ended'])
      expect(await namesOf(database)).toEqual(['a', 'b'])
    })
  })

  it('may be changed, answered without the server, and its error seen', async () => {
    const execute: Interceptor['execute'] = async (call, next) => {
      const { query } = call
      if (query.sql.includes('cached')) return { rows: [{ name: 'from the cache' }] }
      try {
        return await next({ query: { ...query, sql: query.sql.replace('`u`', '`t`') } })
      } catch {
        return { rows: [{ name: 'instead' }] }
      }
    }
    await withInterceptors([{ execute }], async (database) => {
      const read = async (table: string): Promise<unknown[]> => {
        const rows: unknown[] = []
        const query = database.selectFrom(sql<DB['t']>`${sql.id(table)}`.as('x')).select('name')
        for await (const row of query.orderBy('name').stream()) rows.push(row)
        return rows
      }
      expect(await read('u')).toEqual([{ name: 'a' }, { name: 'b' }])
      expect(await read('cached')).toEqual([{ name: 'from the cache' }])
      expect(await read('nowhere')).toEqual([{ name: 'instead' }])
    })
  })
})

describe('the record', () => {
  it('is the one that listeners have, with the same info', async () => {
    await withInterceptors(
      [
        {
          execute: (call, next) => {
            const { info } = call.connection
            info.set('queries', Number(info.get('queries')) + 1)
            return next()
          },
        },
      ],
      async (database) => {
        await namesOf(database)
        await namesOf(database)
      },
      {
        listeners: [
          {
            connect: (_connection, { info }) => void info.set('queries', 0),
            close: (_connection, { info }) => expect(info.get('queries')).toBe(2),
          },
        ],
      },
    )
    expect.assertions(1)
  })
})

/** Notes the calls and goes on. */
function journal(): { readonly steps: string[]; readonly interceptor: Interceptor } {
  const steps: string[] = []
  const note =
    (name: string) =>
    async (_call: unknown, next: () => Promise<void>): Promise<void> => {
      steps.push(name)
      await next()
      steps.push(`${name} done`)
    }
  const names = [
    'begin',
    'commit',
    'rollback',
    'savepoint',
    'releaseSavepoint',
    'rollbackToSavepoint',
    'beginTwoPhase',
    'prepareTwoPhase',
    'commitTwoPhase',
    'rollbackTwoPhase',
  ]
  return { steps, interceptor: Object.fromEntries(names.map((name) => [name, note(name)])) }
}

describe('begin and commit', () => {
  it('are seen, and their errors go to the program', async () => {
    const { steps, interceptor } = journal()
    const refuse: Interceptor = {
      begin: (call, next) => {
        if (call.settings.accessMode === 'read write') throw new Error('not now')
        return next()
      },
    }
    await withInterceptors([interceptor, refuse], async (database) => {
      await database.transaction().execute(async (trx) => {
        await trx.insertInto('t').values({ id: 3, name: 'c' }).execute()
      })
      expect(steps).toEqual(['begin', 'begin done', 'commit', 'commit done'])
      await expect(
        database
          .transaction()
          .setAccessMode('read write')
          .execute(async () => undefined),
      ).rejects.toThrow('not now')
      expect(await namesOf(database)).toEqual(['a', 'b', 'c'])
    })
  })

  it('may be refused at the end: then the transaction is rolled back', async () => {
    const commit: Interceptor['commit'] = async () => {
      throw new Error('outside of business hours')
    }
    await withInterceptors([{ commit }], async (database) => {
      await expect(
        database.transaction().execute(async (trx) => {
          await trx.insertInto('t').values({ id: 4, name: 'd' }).execute()
        }),
      ).rejects.toThrow('outside of business hours')
    })
    expect(await namesOf(db)).toEqual(['a', 'b'])
  })
})

describe('rollback', () => {
  it('is seen, and its failure never hides the error that led to it', async () => {
    const { steps, interceptor } = journal()
    const rollback: Interceptor['rollback'] = async () => {
      throw new Error('in the way')
    }
    await withInterceptors([interceptor, { rollback }], async (database) => {
      await expect(
        database.transaction().execute(async (trx) => {
          await trx.insertInto('t').values({ id: 5, name: 'e' }).execute()
          throw new Error('the first error')
        }),
      ).rejects.toThrow('the first error')
      expect(steps).toEqual(['begin', 'begin done', 'rollback'])
      expect(await namesOf(database)).toEqual(['a', 'b'])
    })
  })
})

describe.each([
  ['savepoint', ['savepoint']],
  ['releaseSavepoint', ['savepoint', 'savepoint done', 'releaseSavepoint']],
  ['rollbackToSavepoint', ['savepoint', 'savepoint done', 'rollbackToSavepoint']],
] as const)('%s', (name, expected) => {
  it('reaches the interceptors, and then is refused by the guard', async () => {
    const { steps, interceptor } = journal()
    // Only an answer of its own gets kysely past the savepoint itself.
    const answered: Interceptor = name === 'savepoint' ? {} : { savepoint: async () => undefined }
    const interceptors = name === 'savepoint' ? [interceptor] : [interceptor, answered]
    await withInterceptors(interceptors, async (database) => {
      const trx = await database.startTransaction().execute()
      try {
        const take = async (): Promise<unknown> => {
          const within = await trx.savepoint('s').execute()
          return name === 'savepoint' ? within : within[name]('s').execute()
        }
        await expect(take()).rejects.toThrow(/MatrixOne has no savepoints.*Guard: savepoint/s)
      } finally {
        await trx.rollback().execute()
      }
      expect(steps.slice(2, -2)).toEqual(expected)
    })
  })
})

describe('beginTwoPhase', () => {
  it('reaches the interceptors, and then is refused before anything is sent', async () => {
    const { steps, interceptor } = journal()
    await withInterceptors([interceptor], async (database) => {
      await expect(database.startTwoPhaseTransaction('x1')).rejects.toThrow(UnsupportedError)
      expect(steps).toEqual(['beginTwoPhase'])
      expect(await namesOf(database)).toEqual(['a', 'b'])
    })
  })
})

describe.each(['prepareTwoPhase', 'commitTwoPhase', 'rollbackTwoPhase'] as const)('%s', (name) => {
  it('reaches the interceptors, and then is refused before anything is sent', async () => {
    const { steps, interceptor } = journal()
    const answered: Interceptor = { beginTwoPhase: async () => undefined }
    await withInterceptors([interceptor, answered], async (database) => {
      const transaction = await database.startTwoPhaseTransaction('x1')
      const step = {
        prepareTwoPhase: () => transaction.prepare(),
        commitTwoPhase: () => transaction.commit(),
        rollbackTwoPhase: () => transaction.rollback(),
      }
      await expect(step[name]()).rejects.toThrow(/no two-phase transactions/)
      if (name === 'prepareTwoPhase') await transaction.rollback().catch(() => undefined)
      expect(steps.slice(0, 3)).toEqual(['beginTwoPhase', 'beginTwoPhase done', name])
      expect(await namesOf(database)).toEqual(['a', 'b'])
    })
  })
})

describe('an interceptor', () => {
  it('has at least one of the methods', () => {
    const config = { connection: { host: '127.0.0.1' }, interceptors: [{}] }
    expect(() => new MatrixOne<DB>(config)).toThrow(/execute, cursorExecute, begin/)
  })
})
