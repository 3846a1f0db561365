import type { Connection } from 'mysql2/promise'
import { type Compilable, CompiledQuery, Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  matrixone,
  MatrixOne,
  MatrixOneDialect,
  TimeTravelPlugin,
  UnsupportedError,
} from 'kysely-matrixone'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const DATABASE = 'kmo_past_handle'
const SNAPSHOT = 'kmo_past_handle_before'
const HINT = `{snapshot = '${SNAPSHOT}'}`
const THEN = { snapshot: SNAPSHOT }

interface DB {
  users: { id: number; name: string }
}

let db: MatrixOne<DB>
let raw: Connection
let moTs: bigint

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, DATABASE))
  await raw.query(`drop snapshot if exists ${SNAPSHOT}`)
  await raw.query(`use ${DATABASE}`)
  await raw.query('create table users (id int primary key, name varchar(20))')
  await raw.query("insert into users values (1, 'ann')")
  ;({ moTs } = await db.snapshots.create(SNAPSHOT, { level: 'database', database: DATABASE }))
  await raw.query("insert into users values (2, 'bob')")
})

afterAll(async () => {
  await raw.query(`drop snapshot if exists ${SNAPSHOT}`)
})

const present = async (): Promise<unknown> =>
  (await raw.query('select id from users order by id'))[0]

/** Each way to a handle on the past. */
const handles: readonly (readonly [
  string,
  (use: (past: MatrixOne<DB>) => Promise<unknown>) => Promise<unknown>,
])[] = [
  ['db.at({ snapshot })', (use) => use(db.at(THEN))],
  ['db.at({ timestamp })', (use) => use(db.at({ timestamp: new Date(Number(moTs / 1_000_000n)) }))],
  ['db.at({ moTs })', (use) => use(db.at({ moTs }))],
  ['db.at(…).withoutPlugins()', (use) => use(db.at(THEN).withoutPlugins())],
  ['db.at(…).withDeadline(…)', (use) => use(db.at(THEN).withDeadline({ timeout: 60_000 }))],
  [
    'db.at(…).transaction()',
    (use) =>
      db
        .at(THEN)
        .transaction()
        .execute((trx) => use(trx as unknown as MatrixOne<DB>)),
  ],
  [
    'trx.at(…)',
    (use) => db.transaction().execute((trx) => use(trx.at(THEN) as unknown as MatrixOne<DB>)),
  ],
  ['db.at(…).pinned()', (use) => db.at(THEN).pinned(use)],
  ['db.at(…).connection()', (use) => db.at(THEN).connection().execute(use)],
  ['one.at(…) of pinned()', (use) => db.pinned((one) => use(one.at(THEN)))],
  [
    'db.at(…).startTransaction()',
    async (use) => {
      const trx = await db.at(THEN).startTransaction().execute()
      try {
        await use(trx as unknown as MatrixOne<DB>)
      } finally {
        await trx.rollback().execute()
      }
    },
  ],
]

describe.each(handles)('%s', (_name, withPast) => {
  /** Texts that read the present or write. */
  const texts = [
    'select * from users',
    'delete from users',
    'update users set name = ?',
    'insert into users values (9, ?)',
    'truncate table users',
    'drop table users',
    'call wipe()',
    `select * from users ${HINT}; delete from users`,
    'with x as (select 1) delete from users',
    `select * from users ${HINT} where id in (select id from users)`,
    'explain select * from users',
    'show tables',
  ]

  it('refuses text that reads the present or writes, before it is sent', async () => {
    await withPast(async (past) => {
      for (const text of texts) {
        const values = text.includes('?') ? ['x'] : []
        await expect(past.execute(text, values)).rejects.toThrow(UnsupportedError)
        const compiled = CompiledQuery.raw(text, values)
        await expect(past.executeQuery(compiled)).rejects.toThrow(UnsupportedError)
      }
    })
    expect(await present()).toEqual([{ id: 1 }, { id: 2 }])
  })

  it('refuses a query that was built on another handle', async () => {
    const built: readonly Compilable[] = [
      db.selectFrom('users').selectAll(),
      db.deleteFrom('users').where('id', '=', 1),
      db.schema.dropTable('users'),
    ]
    await withPast(async (past) => {
      for (const query of built) {
        await expect(past.executeQuery(query)).rejects.toThrow(UnsupportedError)
      }
    })
    expect(await present()).toEqual([{ id: 1 }, { id: 2 }])
  })

  it('refuses to make tables and rows, and every manager but metadata', async () => {
    await withPast(async (past) => {
      const definition = {
        name: 'made',
        kind: 'table',
        columns: [{ name: 'id', type: { name: 'int' } }],
      } as const
      await expect(past.createTable(definition)).rejects.toThrow(/createTable acts on the present/)
      await expect(past.createTableWithIndex(definition)).rejects.toThrow(UnsupportedError)
      await expect(past.dropTable('users')).rejects.toThrow(UnsupportedError)
      await expect(past.insert('users', { id: 3, name: 'c' })).rejects.toThrow(UnsupportedError)
      await expect(past.batchInsert('users', [{ id: 3, name: 'c' }])).rejects.toThrow(
        UnsupportedError,
      )
      expect(() => past.loadData).toThrow(UnsupportedError)
      expect(() => past.export).toThrow(UnsupportedError)
      expect(() => past.branch).toThrow(/branch acts on the present/)
      await expect(past.metadata.size('users')).rejects.toThrow(/metadata.size acts on the present/)
    })
    expect(await db.metadata.exists('made')).toBe(false)
  })
})

describe('a handle on the past', () => {
  it('reads text that has the hint behind each table, and text without tables', async () => {
    const past = db.at(THEN)
    const { rows } = await past.execute(
      `select u.id from users ${HINT} u join users ${HINT} v on u.id = v.id where u.id < ?`,
      [9],
    )
    expect(rows).toEqual([{ id: 1 }])
    expect((await past.execute('select ? as x', [1])).rows).toEqual([{ x: 1 }])
    const compiled = past.selectFrom('users').select('id').compile()
    expect((await past.executeQuery(compiled)).rows).toEqual([{ id: 1 }])
    expect((await past.executeQuery(past.selectFrom('users').select('id'))).rows).toEqual([
      { id: 1 },
    ])
  })

  it('refuses a hint for another time, also one given as a value', async () => {
    const past = db.at(THEN)
    await expect(past.execute("select * from users {snapshot = 'other'}")).rejects.toThrow(
      UnsupportedError,
    )
    await expect(past.execute('select * from users {snapshot = ?}', ['other'])).rejects.toThrow(
      UnsupportedError,
    )
  })

  it('has the metadata of that time, and no other', async () => {
    await sql`create table later (id int)`.execute(db)
    try {
      const past = db.at(THEN)
      const names = (await past.metadata.tables()).map(({ name }) => name)
      expect(names).toEqual(['users'])
      expect(await past.metadata.exists('later')).toBe(false)
      expect(await db.metadata.exists('later')).toBe(true)
      expect((await past.introspection.getTables()).map(({ name }) => name)).toEqual(['users'])
      await expect(past.metadata.tables({ at: { moTs: 1n } })).rejects.toThrow(/of two hints/)
      await expect(past.metadata.databases()).rejects.toThrow(UnsupportedError)
      expect((await past.metadata.serverVersion()).isMatrixOne).toBe(true)
    } finally {
      await sql`drop table later`.execute(db)
    }
  })

  it('refuses the managers of a plain Kysely, too', async () => {
    const plain = new Kysely<DB>({
      dialect: new MatrixOneDialect({ connection: { ...server.options, database: DATABASE } }),
      plugins: [new TimeTravelPlugin(THEN)],
    })
    try {
      expect(await plain.selectFrom('users').select('id').execute()).toEqual([{ id: 1 }])
      expect(() => matrixone(plain).clone).toThrow(UnsupportedError)
      await expect(sql`delete from users`.execute(plain)).rejects.toThrow(UnsupportedError)
      expect((await matrixone(plain).metadata.tables()).map(({ name }) => name)).toEqual(['users'])
    } finally {
      await plain.destroy()
    }
  })
})
