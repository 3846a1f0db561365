import type { Connection } from 'mysql2/promise'
import { LoadDataError, type MatrixOne, ValueError } from 'kysely-matrixone'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const DATABASE = 'kmo_load_files'
const STAGE = 'kmo_load_files'
const TABLES = ['users', 'orders', 'notes', 'items'] as const

type DB = Readonly<Record<(typeof TABLES)[number], { id: number; title: string | null }>>

let db: MatrixOne<DB>
let raw: Connection

const rowsOf = async (table: keyof DB): Promise<readonly unknown[]> =>
  (await db.selectFrom(table).select(['id', 'title']).orderBy('id').execute()).map(
    ({ id, title }) => [id, title],
  )

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, DATABASE))
  await raw.query(`drop stage if exists ${STAGE}`)
  // On 3.0, where files stay for good, the stage has a new folder each time.
  const folder = server.can.removeStageFiles ? 'load-files' : `load-files-${Date.now()}`
  await raw.query(`create stage ${STAGE} url = 'file:///var/lib/matrixone-test/${folder}/'`)
  server.beforeClose(async () => {
    if (server.can.removeStageFiles) {
      await db.stage.removeFiles(STAGE, '*', { ifExists: true })
    }
    await raw.query(`drop stage if exists ${STAGE}`)
  })
  for (const table of TABLES) {
    await raw.query(`create table ${DATABASE}.${table} (id int primary key, title varchar(20))`)
  }
  if (server.can.removeStageFiles) await db.stage.removeFiles(STAGE, '*', { ifExists: true })
  await db.stage.writeFile(STAGE, 'users.csv', '1,Ann\n2,"Bob, jr"\n')
  await db.stage.writeFile(STAGE, 'orders.TSV', '1\tone, two\n')
  await db.stage.writeFile(STAGE, 'notes.jsonl', '{"id":1,"title":"line"}\n')
  await db.stage.writeFile(STAGE, 'broken.csv', '3,three\nx,four\n')
  await db.insertInto('items').values({ id: 9, title: 'nine' }).execute()
  const items = db.selectFrom('items').select(['id', 'title'])
  if (server.can.exportFormat) {
    await db.export.parquet(items, { stage: STAGE, file: 'items.parquet' })
  }
  await db.export.csv(items, { stage: STAGE, file: 'exported.csv' })
})

beforeEach(async () => {
  for (const table of TABLES) await raw.query(`delete from ${DATABASE}.${table} where true`)
})

describe('the files of a stage', () => {
  it('are loaded by their suffixes', async () => {
    const loaded = await db.stage.loadFiles(STAGE, {
      'users.csv': 'users',
      'orders.TSV': 'orders',
      'notes.jsonl': 'notes',
      ...(server.can.exportFormat ? { 'items.parquet': 'items' as const } : {}),
    })
    expect(loaded).toEqual({
      'users.csv': { rows: 2, keysChecked: true },
      'orders.TSV': { rows: 1, keysChecked: true },
      'notes.jsonl': { rows: 1, keysChecked: true },
      ...(server.can.exportFormat ? { 'items.parquet': { rows: 1, keysChecked: true } } : {}),
    })
    expect(Object.isFrozen(loaded)).toBe(true)
    expect(await rowsOf('users')).toEqual([
      [1, 'Ann'],
      [2, 'Bob, jr'],
    ])
    expect(await rowsOf('orders')).toEqual([[1, 'one, two']])
    expect(await rowsOf('notes')).toEqual([[1, 'line']])
    expect(await rowsOf('items')).toEqual(server.can.exportFormat ? [[9, 'nine']] : [])
  })

  it('are loaded all or none, where one LOAD DATA after the other keeps the first (the trap)', async () => {
    const load = (file: string, table: string): Promise<unknown> =>
      raw.query(
        `load data infile 'stage://${STAGE}/${file}' into table ${DATABASE}.${table} fields terminated by ','`,
      )
    await load('users.csv', 'users')
    await expect(load('broken.csv', 'orders')).rejects.toThrow(/'x'|\bx\b/)
    expect(await rowsOf('users')).toHaveLength(2)
    await raw.query(`delete from ${DATABASE}.users where true`)

    const files = { 'users.csv': 'users', 'broken.csv': 'orders' } as const
    await expect(db.stage.loadFiles(STAGE, files)).rejects.toThrow(LoadDataError)
    expect(await rowsOf('users')).toEqual([])
    expect(await rowsOf('orders')).toEqual([])
  })

  it('from an export begin with a header, which a load takes for a row (the trap)', async () => {
    await expect(db.stage.loadFiles(STAGE, { 'exported.csv': 'items' })).rejects.toThrow(
      /Could not load into items/,
    )
    await db.stage.loadFiles(STAGE, { 'exported.csv': 'items' }, { skipLines: 1 })
    expect(await rowsOf('items')).toEqual([[9, 'nine']])
  })

  it('are loaded in the open transaction, and go with it', async () => {
    const rolledBack = db.transaction().execute(async (trx) => {
      await trx.stage.loadFiles(STAGE, { 'users.csv': 'users' }, { keys: 'trust' })
      expect(await trx.selectFrom('users').select('id').execute()).toHaveLength(2)
      throw new Error('rolled back')
    })
    await expect(rolledBack).rejects.toThrow('rolled back')
    expect(await rowsOf('users')).toEqual([])
  })

  it('that are missing, or name no format, are an error and nothing is loaded', async () => {
    const missing = { 'users.csv': 'users', 'no.csv': 'orders' } as const
    await expect(db.stage.loadFiles(STAGE, missing)).rejects.toThrow(LoadDataError)
    for (const file of ['users', 'users.xls', 'users.csv.gz', '../users.csv']) {
      await expect(
        db.stage.loadFiles(STAGE, { 'users.csv': 'users', [file]: 'orders' }),
      ).rejects.toThrow(ValueError)
    }
    expect(await rowsOf('users')).toEqual([])
    await expect(
      db.stage.loadFiles(STAGE, { 'users.csv': 'users' }, { skip_lines: 1 } as object),
    ).rejects.toThrow(/Did you mean skipLines/)
    // @ts-expect-error -- there is no such table
    await expect(db.stage.loadFiles(STAGE, { 'users.csv': 'nope' })).rejects.toThrow(/nope/)
  })
})
