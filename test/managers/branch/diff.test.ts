import { sql } from 'kysely'
import { BranchError, MatrixOne, ValueError } from 'kysely-matrixone'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useServer } from '../../support/server.js'

interface Articles {
  id: number
  Title: string | null
  state: 'draft' | "it's out" | null
  tags: string | null
  embedding: number[] | null
  meta: { a: number } | null
  written: Date | null
  raw: Buffer | null
  seen: boolean | null
}

interface DB {
  articles: Articles
  marked: { id: number; flag: number }
}

const server = useServer(import.meta.url)
const database = 'kmo_branch_diff'
const copy = 'kmo_branch_diff_copy'
const snapshot = 'kmo_branch_diff_s'
let db: MatrixOne<DB>

async function dropAll(): Promise<void> {
  await sql.raw(`drop snapshot if exists ${snapshot}`).execute(db)
  await sql.raw(`drop database if exists ${copy}`).execute(db)
  await sql.raw(`drop database if exists ${database}`).execute(db)
}

beforeAll(async () => {
  const root = new MatrixOne<DB>({ connection: server.options })
  db = root
  await dropAll()
  await sql.raw(`create database ${database}`).execute(root)
  await root.destroy()
  db = new MatrixOne<DB>({ connection: { ...server.options, database } })
  await sql`create table articles (id int primary key, Title varchar(50),
    state enum('draft', 'it''s out'), tags set('x','y','z'), embedding vecf32(2), meta json,
    written datetime, raw varbinary(4), seen bool)`.execute(db)
  await sql`create table marked (id int primary key, flag int)`.execute(db)
  await sql`insert into articles values
    (1, 'one', 'draft', 'x', '[1,2]', '{"a":1}', '2024-05-06 07:08:09', x'00ff', true),
    (2, 'two', null, null, null, null, null, null, null),
    (3, '[1, 2]', null, null, null, null, null, null, null)`.execute(db)
  await db.branch.createTable('wip', { from: 'articles' })
})

afterAll(async () => {
  await dropAll()
  await db.destroy()
})

describe('diff', () => {
  it('finds nothing between a branch and its source', async () => {
    expect(await db.branch.diff('wip', { against: 'articles' })).toEqual([])
    expect(await db.branch.diffCount('wip', { against: 'articles' })).toBe(0)
    expect(await db.branch.diffSummary('wip', { against: 'articles' })).toEqual({
      branch: { inserted: 0, updated: 0, deleted: 0 },
      against: { inserted: 0, updated: 0, deleted: 0 },
    })
  })

  it('gives rows as a SELECT gives them, enum and set members and all (DIFF sends ordinals and bits)', async () => {
    await sql`update wip set state = 'it''s out', tags = 'x,z', Title = 'ONE 🎉' where id = 1`.execute(
      db,
    )
    await sql`delete from wip where id = 2`.execute(db)
    await sql`insert into articles (id, Title) values (4, '[1,2')`.execute(db)
    const raw = await sql<{
      state: unknown
      tags: unknown
    }>`data branch diff wip against articles`.execute(db)
    expect(raw.rows.find((row) => row.state !== null)).toMatchObject({ state: '2', tags: 5 })

    const rows = await db.branch.diff('wip', { against: 'articles' })
    const [selected] = await sql<Articles>`select id, Title, state, tags, embedding,
      meta, written, raw, seen from wip where id = 1`
      .execute(db)
      .then((r) => r.rows)
    expect(rows.toSorted((a, b) => a.row.id - b.row.id)).toEqual([
      { side: 'branch', change: 'update', row: selected },
      { side: 'branch', change: 'delete', row: expect.objectContaining({ id: 2, Title: 'two' }) },
      { side: 'against', change: 'insert', row: expect.objectContaining({ id: 4, Title: '[1,2' }) },
    ])
    expect(Object.keys(rows[0]?.row ?? {})).toEqual(Object.keys(selected ?? {}))
    expect(
      Object.isFrozen(rows) &&
        rows.every((row) => Object.isFrozen(row) && Object.isFrozen(row.row)),
    ).toBe(true)
  })

  it('gives only the columns and as many rows as asked for', async () => {
    const rows = await db.branch.diff('wip', {
      against: 'articles',
      columns: ['id', 'state'],
      limit: 1,
    })
    expect(rows).toHaveLength(1)
    expect(Object.keys(rows[0]?.row ?? {})).toEqual(['id', 'state'])
    await expect(db.branch.diff('wip', { against: 'articles', limit: 0 })).resolves.toEqual([])
  })

  it('counts both sides', async () => {
    expect(await db.branch.diffCount('wip', { against: 'articles' })).toBe(3)
    expect(await db.branch.diffSummary('wip', { against: 'articles' })).toEqual({
      branch: { inserted: 0, updated: 1, deleted: 1 },
      against: { inserted: 1, updated: 0, deleted: 0 },
    })
  })

  it('compares with the state of a snapshot, and a table with its own past', async () => {
    await sql.raw(`create snapshot ${snapshot} for database ${database}`).execute(db)
    await sql`insert into articles (id) values (5)`.execute(db)
    const columns = ['id'] as const
    expect(
      await db.branch.diff('articles', { against: 'articles', againstSnapshot: snapshot, columns }),
    ).toEqual([{ side: 'branch', change: 'insert', row: { id: 5 } }])
    expect(await db.branch.diffSummary('articles', { against: 'articles', snapshot })).toEqual({
      branch: { inserted: 0, updated: 0, deleted: 0 },
      against: { inserted: 1, updated: 0, deleted: 0 },
    })
    await expect(db.branch.diffSummary('articles', { against: 'articles' })).rejects.toThrow(
      /compared with itself/,
    )
  })

  it('tells the sides of two tables of one name apart (DIFF labels both alike)', async () => {
    await db.branch.createDatabase(copy, { from: database })
    await sql.raw(`insert into ${copy}.articles (id) values (10), (11)`).execute(db)
    await sql`insert into articles (id, Title) values (12, null), (11, 'x')`.execute(db)
    const raw = await sql<
      Record<string, unknown>
    >`data branch diff ${sql.raw(copy)}.articles against articles`.execute(db)
    expect(new Set(raw.rows.map((row) => Object.values(row)[0]))).toEqual(new Set(['articles']))

    const rows = await db.branch.diff(`${copy}.articles`, { against: 'articles', columns: ['id'] })
    expect(rows.map(({ side, row }) => `${side} ${row.id}`).toSorted()).toEqual([
      'against 11',
      'against 12',
      'branch 10',
      'branch 11',
    ])
    const { rows: tables } = await sql.raw(`show tables from ${copy}`).execute(db)
    expect(tables).toHaveLength(3)
  })

  it('refuses a table whose column flag hides the change, unless the column is left out', async () => {
    await db.branch.createTable('marked_wip', { from: 'marked' })
    await sql`insert into marked_wip values (1, 9)`.execute(db)
    const raw = await sql`data branch diff marked_wip against marked`.execute(db)
    expect(raw.rows).toEqual([{ 'diff marked_wip against marked': 'marked_wip', flag: 9, id: 1 }])

    await expect(db.branch.diff('marked_wip', { against: 'marked' })).rejects.toThrow(/diffToTable/)
    expect(await db.branch.diff('marked_wip', { against: 'marked', columns: ['id'] })).toEqual([
      { side: 'branch', change: 'insert', row: { id: 1 } },
    ])
    await db.branch.diffToTable('marked_wip', { against: 'marked', table: 'changes' })
    const { rows } = await sql`select * from changes`.execute(db)
    expect(rows).toEqual([
      { __mo_diff_source: 'marked_wip', __mo_diff_flag: 'INSERT', id: 1, flag: 9 },
    ])
  })

  it('rejects with BranchError and the errno what the server refuses', async () => {
    await expect(db.branch.diff('nope', { against: 'articles' })).rejects.toThrow(BranchError)
    await expect(db.branch.diffCount('marked', { against: 'articles' })).rejects.toMatchObject({
      name: 'BranchError',
      errno: 20101,
      message: expect.stringContaining('schema compatibility check'),
    })
    await expect(
      db.branch.diffToTable('marked_wip', { against: 'marked', table: 'changes' }),
    ).rejects.toMatchObject({ name: 'BranchError', errno: 1050 })
    await expect(
      db.branch.diffToFile('wip', {
        against: 'articles',
        directory: '/kmo/branch/no such folder/',
      }),
    ).rejects.toThrow(/invalid file path/)
    await expect(db.branch.diff('wip', { against: 'articles', limit: -1 })).rejects.toThrow(
      ValueError,
    )
    await expect(db.branch.diff('wip', { against: 'articles', columns: [] })).rejects.toThrow(
      ValueError,
    )
  })

  it('runs inside a transaction and does not see its uncommitted rows', async () => {
    await db.transaction().execute(async (trx) => {
      await sql`insert into wip (id) values (99)`.execute(trx)
      const { branch } = await trx.branch.diffSummary('wip', { against: 'articles' })
      expect(branch).toEqual({ inserted: 0, updated: 1, deleted: 1 })
      const rows = await trx.branch.diff('wip', { against: 'articles', columns: ['id'] })
      expect(rows.some(({ row }) => row.id === 99)).toBe(false)
      await expect(trx.branch.diff(`${copy}.articles`, { against: 'articles' })).rejects.toThrow(
        /inside one use diffSummary/,
      )
    })
  })
})
