import { CompiledQuery, sql } from 'kysely'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type ConnectionEventName,
  type ConnectionEvents,
  createConnectionHook,
  MatrixOne,
  onEvent,
  queryLogger,
  type QueryLoggerOptions,
  SqlSyntaxError,
} from 'kysely-matrixone'
import { traceQueries } from '../../src/opentelemetry.js'
import { withClient } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)

const names: readonly ConnectionEventName[] = [
  'kysely-matrixone:connection:created',
  'kysely-matrixone:connection:wait',
  'kysely-matrixone:connection:checkout',
  'kysely-matrixone:connection:closed',
  'kysely-matrixone:hook:start',
  'kysely-matrixone:hook:end',
  'kysely-matrixone:hook:error',
  'kysely-matrixone:query:start',
  'kysely-matrixone:query:end',
  'kysely-matrixone:query:error',
  'kysely-matrixone:transaction:begin',
  'kysely-matrixone:transaction:commit',
  'kysely-matrixone:transaction:rollback',
  'kysely-matrixone:guard:tripped',
]

const stops: (() => void)[] = []

afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

/** The events of a run, by the part of their names that differs. */
function listen(): { readonly name: string; readonly event: object }[] {
  const heard: { name: string; event: object }[] = []
  for (const name of names) {
    stops.push(onEvent(name, (event) => heard.push({ name: name.slice(17), event })))
  }
  return heard
}

type Empty = Record<string, never>

/** Runs a callback with a client of one connection, which a hook greets. */
const withGreeted = <T>(use: (db: MatrixOne<Empty>) => Promise<T>): Promise<T> =>
  withClient(
    server,
    {
      connection: { connectionLimit: 1 },
      hooks: createConnectionHook({ name: 'greet', callback: () => undefined }),
    },
    use,
  )

describe('events', () => {
  it('tell of a connection from its making to its end, in order', async () => {
    const heard = listen()
    await withGreeted((db) => sql`select 1 as one`.execute(db))
    expect(heard.map(({ name }) => name)).toEqual([
      'connection:wait',
      'connection:created',
      'hook:start',
      'hook:end',
      'connection:checkout',
      'query:start',
      'query:end',
      'connection:closed',
    ])
    const created = heard[1]?.event as ConnectionEvents['kysely-matrixone:connection:created']
    expect(created.serverVersion).toBe(server.version)
    expect(heard.at(-1)?.event).toMatchObject({ connectionId: created.connectionId })
  })

  it('tell of a transaction and of what failed in it', async () => {
    await withGreeted(async (db) => {
      await sql`select 1 as one`.execute(db)
      const heard = listen()
      const failed = db.transaction().execute(async (trx) => {
        await sql`select 1 as one`.execute(trx)
        await sql`selec 1`.execute(trx)
      })
      await expect(failed).rejects.toThrow(SqlSyntaxError)
      await db.transaction().execute((trx) => sql`select 2 as two`.execute(trx))
      expect(heard.map(({ name }) => name)).toEqual([
        'connection:checkout',
        'transaction:begin',
        'query:start',
        'query:end',
        'query:start',
        'query:error',
        'transaction:rollback',
        'connection:checkout',
        'transaction:begin',
        'query:start',
        'query:end',
        'transaction:commit',
      ])
      expect(heard[5]?.event).toMatchObject({
        query: { sql: 'selec ?', text: 'selec 1', inTransaction: true },
        error: expect.any(SqlSyntaxError),
      })
    })
  })

  it('tell of a stream when it ends, with its rows', async () => {
    await withGreeted(async (db) => {
      const heard = listen()
      const rows = db
        .selectFrom(sql<{ n: number }>`(select 1 as n union all select 2)`.as('s'))
        .selectAll()
        .stream()
      for await (const row of rows) expect(Number(row.n)).toBeGreaterThan(0)
      expect(
        heard.filter(({ name }) => name.startsWith('query')).map(({ event }) => event),
      ).toEqual([expect.objectContaining({ isStream: true }), expect.objectContaining({ rows: 2 })])
    })
  })

  it('tell of a guard that refused a statement', async () => {
    await withGreeted(async (db) => {
      const heard = listen()
      await expect(sql`select 1; select 2`.execute(db)).rejects.toThrow(/2 statements/)
      expect(heard.find(({ name }) => name === 'guard:tripped')?.event).toMatchObject({
        guard: 'stackedStatements',
      })
    })
  })
})

describe('queryLogger', () => {
  const vector = Array.from({ length: 8 }, (_, index) => index / 8)

  async function logOf(
    options: QueryLoggerOptions,
    use: (db: MatrixOne<Empty>) => Promise<unknown>,
  ): Promise<string[]> {
    const lines: string[] = []
    const stop = queryLogger({
      ...options,
      write: (line) => lines.push(line.replace(/\d+\.\d ms/, '0.0 ms')),
    })
    stops.push(stop)
    await withGreeted(use)
    return lines
  }

  const select = (db: MatrixOne<Empty>): Promise<unknown> =>
    sql`select ${'secret'} as a, 42 as b, ${vector} as c`.execute(db)

  it.each<[string, QueryLoggerOptions, string[]]>([
    ['shows no values', {}, ['ok 0.0 ms, 1 row: select ? as a, ? as b, ? as c']],
    [
      'shows values when asked to, vectors abbreviated',
      { values: 'shown' },
      ["ok 0.0 ms, 1 row: select 'secret' as a, 42 as b, [0, 0.125, 0.25, … 8 numbers] as c"],
    ],
    ['says little', { mode: 'simple' }, ['ok 0.0 ms, 1 row: SELECT']],
    ['says nothing', { mode: 'off' }, []],
    ['abbreviates long texts', { maxLength: 10 }, ['ok 0.0 ms, 1 row: SELECT [29 characters]']],
    [
      'or does not',
      { mode: 'full', maxLength: 10 },
      ['ok 0.0 ms, 1 row: select ? as a, ? as b, ? as c'],
    ],
    [
      'marks slow statements and shows their text',
      { mode: 'simple', slowAfter: 0, maxLength: 10 },
      ['slow 0.0 ms, 1 row: select ? a… [29 characters]'],
    ],
  ])('%s', async (_what, options, expected) => {
    expect(await logOf(options, select)).toEqual(expected)
  })

  it('lets a handle decide for itself', async () => {
    const lines = await logOf({ mode: 'off' }, async (db) => {
      await select(db)
      await sql`select 1 as one`.execute(db.withLogMode('full'))
      await db
        .transaction()
        .execute((trx) => sql`select 2 as two`.execute(trx.withLogMode('simple')))
      await db.withLogMode('full').executeQuery(CompiledQuery.raw('select 3 as three'))
      await db.execute('select 4 as four', [], { logMode: 'simple' })
    })
    expect(lines).toEqual([
      'ok 0.0 ms, 1 row: select ? as one',
      'ok 0.0 ms, 1 row: SELECT',
      'ok 0.0 ms, 1 row: select ? as three',
      'ok 0.0 ms, 1 row: SELECT',
    ])
  })

  it('shows what failed, without the values in the message', async () => {
    const lines = await logOf({}, (db) =>
      sql`select 'secret' from nowhere.at_all`.execute(db).catch(() => undefined),
    )
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(
      /^failed 0\.0 ms, \w+Error \d+ \(.*\): select \? from nowhere\.at_all$/,
    )
    expect(lines[0]).not.toContain('secret')
  })
})

describe('traceQueries', () => {
  it('makes a span of each statement, with what OpenTelemetry names', async () => {
    const spans: Record<string, unknown>[] = []
    const tracer = {
      startSpan(name: string, options: object = {}) {
        const span: Record<string, unknown> = { name, ...options }
        spans.push(span)
        return {
          setAttributes: (more: object) =>
            (span['attributes'] = { ...(span['attributes'] as object), ...more }),
          setStatus: (status: object) => (span['status'] = status),
          recordException: (error: Error) => (span['exception'] = error.name),
          end: () => (span['ended'] = true),
        }
      },
    }
    stops.push(traceQueries({ tracer }))
    await withGreeted(async (db) => {
      await sql`select ${'secret'} as a from (select 1) s`.execute(db)
      await sql`select * from ${sql.table('nowhere.at_all')}`.execute(db).catch(() => undefined)
    })
    expect(spans).toMatchObject([
      {
        name: 'SELECT',
        kind: 2,
        ended: true,
        attributes: {
          'db.system.name': 'matrixone',
          'db.query.text': 'select ? as a from (select ?) s',
          'db.response.returned_rows': 1,
          'server.port': server.options.port,
        },
      },
      {
        name: 'SELECT nowhere.at_all',
        kind: 2,
        ended: true,
        status: { code: 2 },
        attributes: { 'db.collection.name': 'nowhere.at_all', 'error.type': expect.any(String) },
      },
    ])
    expect(JSON.stringify(spans)).not.toContain('secret')
  })
})
