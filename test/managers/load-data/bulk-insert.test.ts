import { type Generated, sql } from 'kysely'
import {
  BulkInsertError,
  type BulkProgress,
  type Json,
  type MatrixOne,
  UniqueViolationError,
  UnsupportedError,
  ValueError,
  type Vector,
} from 'kysely-matrixone'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase, type TestDatabase, withClient } from '../../support/database.js'
import { useServer } from '../../support/server.js'

interface Point {
  id: number
  name: string | null
}

interface DB {
  points: Point
  free: Point
  counted: { id: Generated<number>; name: string | null }
  vectors: {
    id: number
    f32: Vector<'f32', 3> | null
    f64: Vector<'f64', 2> | null
    doc: Json | null
    bytes: Buffer | null
  }
  shapes: { id: number; early: string | null; n: number; late: string | null }
  loose: { id: number; f32: Vector<'f32', 3> | null }
  searched: { id: number; words: string; place: Vector<'f32', 3> }
}

const server = useServer(import.meta.url, { proxy: true })
let database: TestDatabase<DB>
let db: MatrixOne<DB>

beforeAll(async () => {
  database = await openDatabase<DB>(server, 'kmo_bulk_insert')
  db = database.db
  await sql`create table points (id int primary key, name varchar(40))`.execute(db)
  await sql`create table free (id int, name varchar(40))`.execute(db)
  await sql`create table loose (id int, f32 vecf32(3))`.execute(db)
  await sql`create table counted (id int primary key auto_increment, name varchar(40) unique)`.execute(
    db,
  )
  await sql`create table vectors (id int primary key, f32 vecf32(3), f64 vecf64(2), doc json, bytes blob)`.execute(
    db,
  )
})

beforeEach(async () => {
  for (const table of ['points', 'free', 'counted', 'vectors']) {
    await sql`delete from ${sql.table(table)} where true`.execute(db)
  }
})

/** Rows enough for loads; a block of 4,000 bytes holds about 300 of them. */
function* points(count: number, from = 0): Generator<Point> {
  for (let id = from; id < from + count; id += 1) yield { id, name: `point ${id}` }
}

const SMALL = { chunkBytes: 4_000 }

const ids = async (table: 'points' | 'free' = 'points'): Promise<number[]> =>
  (await db.selectFrom(table).select('id').orderBy('id').execute()).map(({ id }) => id)

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

/** The error of a bulk insert that has to fail. */
async function failureOf(insert: Promise<unknown>): Promise<BulkInsertError> {
  const failure = await insert.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(failure).toBeInstanceOf(BulkInsertError)
  return failure as BulkInsertError
}

describe('bulkInsert', () => {
  it('inserts what a generator gives, in blocks, and reports each', async () => {
    const seen: BulkProgress[] = []
    const progress = (report: BulkProgress): unknown => seen.push(report)
    const report = await db.bulkInsert('points', points(2_000), { ...SMALL, progress })
    expect(report).toMatchObject({ rowsInserted: 2_000, resumeFrom: 2_000, keysChecked: true })
    expect(report).toMatchObject({ alsoIn: [], uncertain: [], blocks: seen.length })
    expect(seen.length).toBeGreaterThan(4)
    expect(seen.map(({ block }) => block.first)).toEqual([
      0,
      ...seen.slice(0, -1).map(({ block: { first, rows } }) => first + rows),
    ])
    expect(await ids()).toEqual(numbers(2_000))
  })

  it('sends few rows as one INSERT, and nothing for none', async () => {
    expect(await db.bulkInsert('points', points(3))).toMatchObject({ rowsInserted: 3, blocks: 1 })
    expect(await db.bulkInsert('points', [])).toMatchObject({ rowsInserted: 0, blocks: 0 })
    expect(await ids()).toEqual([0, 1, 2])
  })

  it('stores the same by one INSERT and by loads: NULL for what is absent, vectors bit by bit', async () => {
    const odd = [0.1, -2.5e-8, 3.4028235e38]
    const rows = [
      {
        id: 1,
        f32: new Float32Array(odd),
        f64: [1 / 3, -0],
        doc: { a: ['"\\', null] },
        bytes: Buffer.from([0, 13, 10, 34, 92]),
      },
      { id: 2, f32: '[1,2,3]' as unknown as number[], f64: new Float64Array([1e-300, 5]) },
      { id: 3, f32: null, f64: null, doc: [1, 2], bytes: Buffer.alloc(0) },
    ]
    const stored = (): Promise<unknown> =>
      db.selectFrom('vectors').selectAll().where('id', '<', 10).orderBy('id').execute()
    await db.bulkInsert('vectors', rows)
    const few = await stored()
    await db.deleteFrom('vectors').where('id', '>', 0).execute()
    const more = Array.from({ length: 600 }, (_, id) => ({ id: id + 10, f32: [id, 1, 2] }))
    await db.bulkInsert('vectors', [...rows, ...more])
    expect(await stored()).toEqual(few)
    expect(few).toMatchObject([
      { f32: odd, f64: [1 / 3, -0] },
      { f32: [1, 2, 3], doc: null },
      { f32: null, doc: [1, 2] },
    ])
  })

  it('lets the table count where the rows leave the key to it', async () => {
    const rows = Array.from({ length: 700 }, (_, index) => ({ name: `n${index}` }))
    await db.bulkInsert('counted', rows, SMALL)
    const stored = await db.selectFrom('counted').selectAll().execute()
    expect(new Set(stored.map(({ id }) => id)).size).toBe(700)
    expect(new Set(stored.map(({ name }) => name)).size).toBe(700)
  })

  it('over several connections brings in every row', async () => {
    // Blocks of the same bytes: which connection takes which block does not matter to the tape.
    const rows = Array.from({ length: 3_000 }, () => ({ name: null }))
    const connection = { connectionLimit: 3 }
    await withClient<void, DB>(database, { connection }, async (one) => {
      const report = await one.bulkInsert('counted', rows, { chunkBytes: 3_000, connections: 3 })
      expect(report).toMatchObject({ rowsInserted: 3_000, resumeFrom: 3_000, blocks: 3 })
    })
    const stored = await db.selectFrom('counted').select('id').execute()
    expect(new Set(stored.map(({ id }) => id)).size).toBe(3_000)
  })

  it('never reads further ahead than two blocks', async () => {
    let read = 0
    let isIn = 0
    let furthest = 0
    let largest = 0
    function* counted(): Generator<Point> {
      for (const row of points(4_000)) {
        read += 1
        furthest = Math.max(furthest, read - isIn)
        yield row
      }
    }
    const progress = ({ rowsInserted, block }: BulkProgress): void => {
      isIn = rowsInserted
      largest = Math.max(largest, block.rows)
    }
    await db.bulkInsert('free', counted(), { ...SMALL, progress })
    // The first 500 rows are read before it is known that there will be blocks.
    expect(furthest).toBeLessThanOrEqual(2 * largest + 500)
    expect(furthest).toBeLessThan(2_000)
  })
})

describe('a key that exists', () => {
  it('refuses its block only, and the report says which rows are in', async () => {
    await db.insert('points', { id: 1_500, name: 'early' })
    const failure = await failureOf(db.bulkInsert('points', points(2_000), SMALL))
    const { rowsInserted, resumeFrom } = failure.report
    expect(failure).toMatchObject({
      errno: 1062,
      cause: { cause: expect.any(UniqueViolationError) },
    })
    expect(failure.message).toMatch(/^bulkInsert into points stopped at rows \d+ to \d+: /)
    expect(rowsInserted).toBe(resumeFrom)
    expect(await ids()).toEqual([...numbers(resumeFrom), 1_500])
    await db.deleteFrom('points').where('id', '=', 1_500).execute()
    const rest = await db.bulkInsert('points', points(2_000), { ...SMALL, resume: failure.report })
    expect(rest).toMatchObject({ rowsInserted: 2_000 - rowsInserted, resumeFrom: 2_000 })
    expect(await ids()).toEqual(numbers(2_000))
  })

  it('is left out by skip, and set by update', async () => {
    await db.bulkInsert(
      'points',
      [...points(1_000)].map((row) => ({ ...row, name: 'old' })),
    )
    const skipped = await db.bulkInsert('points', points(1_000, 500), { onConflict: 'skip' })
    expect(skipped).toMatchObject({ rowsInserted: 500, resumeFrom: 1_000 })
    const old = (): Promise<{ n: number } | undefined> =>
      db
        .selectFrom('points')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .where('name', '=', 'old')
        .executeTakeFirst()
    expect(await old()).toEqual({ n: 1_000 })
    const updated = await db.bulkInsert('points', points(1_000, 500), { onConflict: 'update' })
    expect(updated).toMatchObject({ rowsInserted: 1_000 })
    expect(await old()).toEqual({ n: 500 })
    expect((await ids()).length).toBe(1_500)
  })

  it('sets geometries, which the server loses or panics over beside other columns (the trap)', async ({
    skip,
  }) => {
    skip(!server.can.loadsGeometry, 'LOAD DATA of this server reads no geometry')
    await sql`create table shapes (id int primary key, early geometry, n int, late point)`.execute(
      db,
    )
    const shapes = (x: number) =>
      Array.from({ length: 600 }, (_, id) => ({
        id,
        early: id % 3 === 0 ? null : `POINT(${x} ${id})`,
        n: 1,
        late: `POINT(${id} ${x})`,
      }))
    await db.bulkInsert('shapes', shapes(1))
    const one = { id: 1, early: 'POINT(9 9)', n: 1, late: null }
    const insert = db.insertInto('shapes').values(one)
    await insert.onDuplicateKeyUpdate({ early: one.early, n: one.n }).execute()
    const read = () => db.selectFrom('shapes').selectAll().orderBy('id').execute()
    expect((await read())[1]?.early).toBe('POINT(1 1)')
    await expect(
      insert.onDuplicateKeyUpdate({ n: one.n, late: 'POINT(9 9)' }).execute(),
    ).rejects.toThrow('nil pointer')
    const report = await db.bulkInsert('shapes', shapes(2), { onConflict: 'update' })
    expect(report).toMatchObject({ rowsInserted: 600 })
    expect(await read()).toEqual(shapes(2))
  })

  it('is not seen where keys are trusted (the trap of LOAD DATA)', async () => {
    await db.bulkInsert('points', points(600))
    const report = await db.bulkInsert('points', points(600), { keys: 'trust' })
    expect(report).toMatchObject({ rowsInserted: 600, keysChecked: false })
    expect((await ids()).length).toBe(1_200)
    await sql`truncate table points`.execute(db)
  })

  it('is seen with vectors even where keys are trusted: LOAD DATA reads no base64, so they are copied', async () => {
    const rows = Array.from({ length: 600 }, (_, id) => ({ id, f32: [id, 1, 2] }))
    const report = await db.bulkInsert('vectors', rows, { keys: 'trust' })
    // Before 4.1 vectors travel as text, which LOAD DATA reads, without a look at keys.
    const keysChecked = server.can.vectorsFromBase64
    expect(report).toMatchObject({ rowsInserted: 600, keysChecked })
    if (!keysChecked) return sql`truncate table vectors`.execute(db)
    const again = await failureOf(db.bulkInsert('vectors', rows, { keys: 'trust' }))
    expect(again).toMatchObject({ errno: 1062, report: { rowsInserted: 0 } })
    await db.bulkInsert('loose', rows)
    await db.bulkInsert('loose', rows)
    expect((await db.selectFrom('loose').select('f32').execute()).length).toBe(1_200)
  })

  it("is not copied with vectors: 'text', which go into the table itself", async () => {
    const rows = Array.from({ length: 600 }, (_, id) => ({ id, f32: [id, 0.1, -2.5e-8] }))
    await withClient<void, DB>(database, { vectors: 'text' }, async (one) => {
      const report = await one.bulkInsert('vectors', rows, { keys: 'trust' })
      expect(report).toMatchObject({ rowsInserted: 600, keysChecked: false })
    })
    const stored = await db.selectFrom('vectors').select(['id', 'f32']).orderBy('id').execute()
    expect(stored).toEqual(rows)
    await sql`truncate table vectors`.execute(db)
  })

  it('cannot be skipped under an index that would keep phantoms', async () => {
    await sql`drop table if exists searched`.execute(db)
    await sql`create table searched (id int primary key, words varchar(40), place vecf32(3), fulltext by_words (words))`.execute(
      db,
    )
    const row = { id: 1, words: 'a', place: [1, 2, 3] }
    await expect(db.bulkInsert('searched', [row], { onConflict: 'skip' })).rejects.toThrow(
      /UPDATE|onConflict: 'update'/,
    )
  })
})

describe('a source that fails', () => {
  it('loses the rows of its last block, and the report says so', async () => {
    async function* failing(): AsyncGenerator<Point> {
      yield* points(1_000)
      throw new Error('the disk is gone')
    }
    const failure = await failureOf(db.bulkInsert('points', failing(), SMALL))
    expect(failure.cause).toMatchObject({ message: 'the disk is gone' })
    expect(failure.report.resumeFrom).toBeGreaterThan(0)
    expect(failure.report.resumeFrom).toBeLessThan(1_000)
    expect(await ids()).toEqual(numbers(failure.report.resumeFrom))
  })

  it('is one with a row that cannot be sent, named by its number', async () => {
    const rows = [...points(999), { id: 999, name: 'a', other: 1 }]
    const failure = await failureOf(db.bulkInsert('points', rows, SMALL))
    expect(failure.message).toMatch(/Row 1000 has the column "other"/)
    expect(failure.cause).toBeInstanceOf(ValueError)
    const vectors = Array.from({ length: 600 }, (_, id) => ({ id, f32: [id, 1] }))
    const short = await failureOf(db.bulkInsert('vectors', vectors as never))
    expect(short.message).toMatch(
      server.can.vectorsFromBase64
        ? /Row 1, column f32: a vector of 2 elements does not fit/
        : /expected vector dimension 3 != actual dimension 2/,
    )
    expect(await db.selectFrom('vectors').select('id').execute()).toEqual([])
  })

  it('is closed when the server refuses a block', async () => {
    await db.insert('points', { id: 3, name: 'early' })
    let isClosed = false
    function* closing(): Generator<Point> {
      try {
        yield* points(5_000)
      } finally {
        isClosed = true
      }
    }
    await failureOf(db.bulkInsert('points', closing(), SMALL))
    expect(isClosed).toBe(true)
  })
})

describe('a signal', () => {
  it('that is aborted between blocks ends the insert with its reason', async () => {
    const stop = new AbortController()
    const progress = ({ blocks }: BulkProgress): void => {
      if (blocks === 2) stop.abort(new Error('enough'))
    }
    const insert = db.bulkInsert('points', points(5_000), {
      ...SMALL,
      progress,
      signal: stop.signal,
    })
    const { cause, report } = await failureOf(insert)
    expect(cause).toMatchObject({ message: 'enough' })
    expect(await ids()).toEqual(numbers(report.resumeFrom))
  })

  it('ends the wait for a source that gives nothing', async () => {
    const stop = new AbortController()
    async function* hanging(): AsyncGenerator<Point> {
      yield* points(1_000)
      setImmediate(() => stop.abort(new Error('too late')))
      await new Promise(() => undefined)
    }
    const insert = db.bulkInsert('points', hanging(), { ...SMALL, signal: stop.signal })
    const { cause, report } = await failureOf(insert)
    expect(cause).toMatchObject({ message: 'too late' })
    expect(await ids()).toEqual(numbers(report.resumeFrom))
  })
})

describe('the signal of a handle made by withDeadline', () => {
  it.each([
    ['alone', false],
    ['beside one of the call', true],
  ])('ends the insert, also the wait for its source: %s', async (_how, hasOwn) => {
    const stop = new AbortController()
    async function* hanging(): AsyncGenerator<Point> {
      yield* points(1_000)
      setImmediate(() => stop.abort(new Error('the handle was stopped')))
      await new Promise(() => undefined)
    }
    const limited = db.withDeadline({ signal: stop.signal })
    const own = hasOwn ? { signal: new AbortController().signal } : {}
    const { cause, report } = await failureOf(
      limited.bulkInsert('points', hanging(), { ...SMALL, ...own }),
    )
    expect(cause).toMatchObject({ message: 'the handle was stopped' })
    expect(await ids()).toEqual(numbers(report.resumeFrom))
  })

  it('that is aborted already sends nothing', async () => {
    const limited = db.withDeadline({ signal: AbortSignal.abort(new Error('never begun')) })
    const own = { signal: new AbortController().signal }
    await expect(limited.bulkInsert('points', points(1_000), own)).rejects.toThrow('never begun')
    expect(await ids()).toEqual([])
  })
})

describe('a connection that breaks', () => {
  it('in a block undoes the block', async () => {
    server.faults.cut({ at: 'after', statement: /^insert into .*__load_/, nth: 3 })
    const { report } = await failureOf(db.bulkInsert('points', points(2_000), SMALL))
    expect(report.uncertain).toEqual([])
    expect(await ids()).toEqual(numbers(report.resumeFrom))
  })

  it('at a COMMIT leaves the block in doubt, and says so', async () => {
    server.faults.cut({ at: 'after', statement: /^commit/, nth: 2 })
    const { report, message } = await failureOf(db.bulkInsert('points', points(2_000), SMALL))
    const [range] = report.uncertain
    expect(range).toEqual({ first: report.resumeFrom, rows: expect.any(Number) })
    expect(message).toMatch(/nothing is known/)
    expect(await ids()).toEqual(numbers(report.resumeFrom + (range?.rows ?? 0)))
    const again = { ...SMALL, keys: 'trust', resume: report } as const
    await expect(db.bulkInsert('points', points(2_000), again)).rejects.toThrow(
      /may be in the table already/,
    )
  })
})

describe('in a transaction', () => {
  it('every block is a part of it', async () => {
    const run = db.transaction().execute(async (trx) => {
      const report = await trx.bulkInsert('points', points(1_000), SMALL)
      expect(report).toMatchObject({ rowsInserted: 1_000 })
      throw new Error('changed my mind')
    })
    await expect(run).rejects.toThrow('changed my mind')
    expect(await ids()).toEqual([])
  })

  it('several connections are refused by name', async () => {
    const run = db
      .transaction()
      .execute((trx) => trx.bulkInsert('points', points(1), { connections: 2 }))
    await expect(run).rejects.toThrow(UnsupportedError)
    await expect(run).rejects.toThrow(/connections: 2 was called on a transaction/)
  })
})

describe('options', () => {
  it('that contradict each other are refused before a row is read', async () => {
    const none = (): Generator<Point> => {
      throw new Error('was read')
    }
    const rows = { [Symbol.iterator]: none }
    await expect(
      db.bulkInsert('points', rows, { keys: 'trust', onConflict: 'skip' }),
    ).rejects.toThrow(/cannot skip rows by their keys and trust the keys/)
    await expect(db.bulkInsert('points', rows, { chunkBytes: 0 })).rejects.toThrow(ValueError)
    await expect(db.bulkInsert('points', rows, { resume: {} as never })).rejects.toThrow(
      /the report of a BulkInsertError/,
    )
  })

  it('that update nothing are refused', async () => {
    const rows = [...points(3)].map(({ id }) => ({ id }))
    await expect(db.bulkInsert('points', rows, { onConflict: 'update' })).rejects.toThrow(
      /nothing to update in points/,
    )
  })
})
