import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type Generated, Kysely, MysqlDialect, sql } from 'kysely'
import {
  type DateTime,
  type Json,
  LoadDataError,
  type MatrixOne,
  matrixone,
  TransactionAbortedError,
  UniqueViolationError,
  UnsupportedError,
  type Vector,
} from 'kysely-matrixone'
import mysql from 'mysql2'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

interface DB {
  people: { id: Generated<number>; name: string | null; age: number | null }
  free: { id: number | null; name: string | null }
  sizes: { id: number; size?: string | null; kinds?: string | null }
  vectors: { id: number; f: Vector<'f32', 3> | null; d: Vector<'f64', 2> }
  things: {
    id: number
    name: string | null
    ok: boolean | null
    kind: 'a' | 'b' | null
    embedding: Vector<'f32', 3> | null
    doc: Json | null
    bytes: Buffer | null
    flags: number | null
    day: string | null
    at: DateTime | null
    price: string | null
    big: number | null
    twice: number | null
  }
}

const server = useServer(import.meta.url)
const database = 'kmo_load_data'
let db: MatrixOne<DB>

beforeAll(async () => {
  ;({ db } = await openDatabase<DB>(server, database))
})

beforeEach(async () => {
  await sql`drop table if exists people, free, things`.execute(db)
  await sql`create table people (id int primary key auto_increment, name varchar(20) unique, age int)`.execute(
    db,
  )
  await sql`create table free (id int, name varchar(20))`.execute(db)
})

const people = (): Promise<unknown> => db.selectFrom('people').selectAll().orderBy('id').execute()

async function* chunks(
  ...parts: readonly (string | Uint8Array)[]
): AsyncGenerator<string | Uint8Array> {
  for (const part of parts) yield part
}

describe('a text', () => {
  it('with nullIf or lineTerminator goes as a stream: INLINE ignores both (the trap)', async () => {
    await sql`load data inline format='csv', data='1,n/a\n' into table free
      fields terminated by ',' lines terminated by '|' (id, name) set name = nullif(name, 'n/a')`.execute(
      db,
    )
    const free = (): Promise<unknown> => db.selectFrom('free').selectAll().orderBy('id').execute()
    expect(await free()).toEqual([{ id: 1, name: 'n/a' }])
    await db.loadData.csv('free', { text: '2,n/a\n' }, { nullIf: { name: 'n/a' } })
    await db.loadData.csv('free', { text: '3,bob|4,eve|' }, { lineTerminator: '|' })
    expect(await free()).toEqual([
      { id: 1, name: 'n/a' },
      { id: 2, name: null },
      { id: 3, name: 'bob' },
      { id: 4, name: 'eve' },
    ])
  })
})

describe('keys', () => {
  it('are not checked by LOAD DATA (the trap)', async () => {
    await db.loadData.csv('people', chunks('1,ann,5\n1,ann,6\n'), { keys: 'trust' })
    expect(await people()).toEqual([
      { id: 1, name: 'ann', age: 5 },
      { id: 1, name: 'ann', age: 6 },
    ])
  })

  it('that the table holds are refused, and nothing is kept', async () => {
    await db.insert('people', { id: 1, name: 'ann', age: 5 })
    const load = db.loadData.csv('people', chunks('2,bob,6\n1,cat,7\n'))
    await expect(load).rejects.toMatchObject({ name: 'LoadDataError', errno: 1062 })
    await expect(load).rejects.toHaveProperty('cause', expect.any(UniqueViolationError))
    expect(await people()).toEqual([{ id: 1, name: 'ann', age: 5 }])
  })

  it('that come twice in the file are refused, and nothing is kept', async () => {
    await expect(db.loadData.csv('people', chunks('1,ann,5\n2,ann,6\n'))).rejects.toThrow(
      LoadDataError,
    )
    expect(await people()).toEqual([])
  })

  it('that repeat in a transaction leave it usable', async () => {
    await db.transaction().execute(async (trx) => {
      await trx.insert('people', { id: 1, name: 'ann', age: 5 })
      await expect(trx.loadData.csv('people', chunks('1,bob,6\n'))).rejects.toThrow(LoadDataError)
      expect(await trx.loadData.csv('people', chunks('2,bob,6\n'))).toEqual({
        rows: 1,
        keysChecked: true,
      })
    })
    expect(await people()).toEqual([
      { id: 1, name: 'ann', age: 5 },
      { id: 2, name: 'bob', age: 6 },
    ])
  })

  it('are counted by the table itself where the file says NULL', async () => {
    await db.insert('people', { name: 'ann' })
    await db.loadData.csv('people', chunks('\\N,bob,1\n\\N,cat,2\n'))
    const rows = (await people()) as { readonly id: number; readonly name: string }[]
    expect(rows.map(({ name }) => name)).toEqual(['ann', 'bob', 'cat'])
    expect(new Set(rows.map(({ id }) => id)).size).toBe(3)
  })

  it('need no check where there are none', async () => {
    expect(await db.loadData.csv('free', chunks('1,a\n1,a\n'))).toEqual({
      rows: 2,
      keysChecked: true,
    })
  })
})

describe('a stream', () => {
  it('may hold empty chunks, which would crash the server, and cut characters in two', async () => {
    const [high = '', low = ''] = '😀'.split('')
    const result = await db.loadData.csv(
      'people',
      chunks('', Buffer.alloc(0), '1,"a', high, low, '",5\n', Buffer.alloc(0)),
    )
    expect(result.rows).toBe(1)
    expect(await people()).toEqual([{ id: 1, name: 'a😀', age: 5 }])
  })

  it('may be empty, or a Readable', async () => {
    expect((await db.loadData.csv('people', chunks())).rows).toBe(0)
    expect((await db.loadData.csv('people', Readable.from(['1,a,1\n', '2,b,2\n']))).rows).toBe(2)
  })

  it('that fails midway rejects with its own error as cause, and nothing is kept', async () => {
    async function* failing(): AsyncGenerator<string> {
      yield '1,ann,5\n'
      throw new Error('the disk is gone')
    }
    const load = db.loadData.csv('people', failing())
    await expect(load).rejects.toThrow(LoadDataError)
    await expect(load).rejects.toMatchObject({ cause: { message: 'the disk is gone' } })
    expect(await people()).toEqual([])
  })

  it('that fails midway in a transaction ends it, whatever the program does with the error', async () => {
    async function* failing(): AsyncGenerator<string> {
      yield '1,ann,5\n'
      throw new Error('the disk is gone')
    }
    const run = db.transaction().execute(async (trx) => {
      await trx.insert('people', { id: 7, name: 'early', age: 1 })
      await expect(trx.loadData.csv('people', failing(), { keys: 'trust' })).rejects.toThrow(
        'the disk is gone',
      )
    })
    await expect(run).rejects.toThrow(TransactionAbortedError)
    expect(await people()).toEqual([])
  })

  it('of which one row does not fit keeps nothing, and the connection goes on', async () => {
    async function* many(): AsyncGenerator<string> {
      for (let chunk = 0; chunk < 20; chunk++) {
        yield Array.from({ length: 1000 }, (_, n) =>
          chunk === 1 && n === 7 ? 'bad,bad\n' : `${chunk * 1000 + n},"n"\n`,
        ).join('')
      }
    }
    await expect(db.loadData.csv('free', many())).rejects.toThrow(/not int32 type/)
    expect(await db.selectFrom('free').select('id').execute()).toEqual([])
  })

  it('is closed when the server never asks for it', async () => {
    const rows = chunks('1,a\n')
    await expect(
      (db as unknown as MatrixOne<{ nosuch: { id: number } }>).loadData.csv('nosuch', rows),
    ).rejects.toMatchObject({ name: 'LoadDataError', errno: 1146 })
    expect((await rows.next()).done).toBe(true)
  })

  it('must give bytes or text', async () => {
    const numbers = chunks(5 as unknown as string)
    await expect(db.loadData.csv('free', numbers)).rejects.toThrow('The source gave a number.')
    await expect(
      db.loadData.csv('free', 'people.csv' as unknown as { file: string }),
    ).rejects.toThrow('Say what the text is')
  })

  it('is refused on a foreign dialect before anything is sent, and text in the statement works', async () => {
    const pool = mysql.createPool({ ...server.options, database })
    const foreign = new Kysely<DB>({ dialect: new MysqlDialect({ pool }) })
    try {
      await expect(matrixone(foreign).loadData.csv('free', chunks('1,a\n'))).rejects.toThrow(
        UnsupportedError,
      )
      expect(await matrixone(foreign).loadData.csv('free', { text: '1,a\n' })).toMatchObject({
        rows: 1,
      })
    } finally {
      // MatrixOne does not close a connection at COM_QUIT.
      for (const { stream } of (
        pool as unknown as { _allConnections: { toArray(): { stream: { destroy(): void } }[] } }
      )._allConnections.toArray()) {
        stream.destroy()
      }
    }
  })
})

describe('a file', () => {
  it('of this machine is streamed; columns are chosen, skipped, and texts read as NULL', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kmo-load-'))
    const file = join(folder, 'people.csv')
    writeFileSync(file, "nr;what;who\n5;x;'o''hara'\n6;y;n/a\n")
    try {
      const { rows } = await db.loadData.csv(
        'people',
        { file },
        {
          separator: ';',
          enclosedBy: "'",
          skipLines: 1,
          columns: ['age', null, 'name'],
          nullIf: { name: 'n/a' },
          parallel: true,
        },
      )
      expect(rows).toBe(2)
      expect(
        await db.selectFrom('people').select(['name', 'age']).orderBy('age').execute(),
      ).toEqual([
        { name: "o'hara", age: 5 },
        { name: null, age: 6 },
      ])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('that does not exist is said to be missing', async () => {
    await expect(db.loadData.csv('people', { file: '/nonexistent/people.csv' })).rejects.toThrow(
      /ENOENT/,
    )
  })
})

describe('JSON lines', () => {
  it('are loaded as objects or arrays, from a stream or from text', async () => {
    const columns = ['id', 'name'] as const
    await db.loadData.jsonLines('free', chunks('{"name":"a","id":1}\n'), { columns })
    await db.loadData.jsonLines('free', chunks('[2,"b"]\n'), { columns, lines: 'array' })
    await db.loadData.jsonLines(
      'free',
      { text: '{"id":3,"name":"it\'s \\\\ \\"c\\""}' },
      { columns },
    )
    expect(await db.selectFrom('free').selectAll().orderBy('id').execute()).toEqual([
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
      { id: 3, name: `it's \\ "c"` },
    ])
  })

  it('without a loaded column are refused', async () => {
    await expect(db.loadData.jsonLines('free', chunks('{"id":1}\n'))).rejects.toThrow(LoadDataError)
  })
})

describe('rows', () => {
  const rows = [
    {
      id: 1,
      name: `quote " and ' and \\ and \n and , and 😀 and \\N`,
      ok: true,
      kind: 'b' as const,
      embedding: new Float32Array([0.1, -2.5, 3e-8]),
      doc: { a: ['x"y\\z', 1, null], b: true },
      bytes: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
      flags: 4093,
      day: '2024-05-06',
      at: new Date('2024-05-06T07:08:09.123Z'),
      price: '12.34',
      big: 9007199254740991,
    },
    {
      id: 2,
      name: '',
      ok: false,
      kind: null,
      embedding: [1, 2, 3],
      doc: [1, 2],
      bytes: Buffer.alloc(0),
      flags: 0,
      day: null,
      at: null,
      price: null,
      big: null,
    },
    { id: 3, name: null, doc: 'null' },
  ]

  const isGenerated = (): boolean => server.can.generatedColumns

  beforeEach(async () => {
    await sql`
      create table things (id int primary key, name text, ok bool, kind enum('a','b'), embedding vecf32(3), doc json,
        bytes blob, flags bit(12), day date, at datetime(3), price decimal(10,2), big bigint,
        twice int ${sql.raw(isGenerated() ? 'generated always as (id * 2) stored' : 'default 2')})`.execute(
      db,
    )
  })

  it('come back as insertInto would have stored them', async () => {
    expect(await db.loadData.rows('things', rows)).toEqual({ rows: 3, keysChecked: true })
    const loaded = await db.selectFrom('things').selectAll().orderBy('id').execute()
    await sql`delete from things`.execute(db)
    await db.batchInsert('things', rows)
    expect(loaded).toEqual(await db.selectFrom('things').selectAll().orderBy('id').execute())
    expect(loaded[0]).toMatchObject({ flags: 4093, twice: 2, name: rows[0]?.name, at: rows[0]?.at })
  })

  it('carry vectors bit for bit, of a table without keys too', async () => {
    await sql`create table vectors (id int, f vecf32(3), d vecf64(2))`.execute(db)
    const sent = [
      { id: 1, f: Float32Array.of(0.1, -3.4e38, 1e-45), d: Float64Array.of(0.1, 5e-324) },
      { id: 2, f: null, d: Float64Array.of(-0.1, 1.7976931348623157e308) },
    ]
    expect(await db.loadData.rows('vectors', sent)).toEqual({ rows: 2, keysChecked: true })
    const loaded = await db.selectFrom('vectors').selectAll().orderBy('id').execute()
    // Read as text, which has the shortest digits of a float32.
    const read = loaded.map(({ f, d }) => [
      f === null ? null : Float32Array.from(f),
      Float64Array.from(d),
    ])
    expect(read).toEqual(sent.map(({ f, d }) => [f, Float64Array.from(d)]))
  })

  it('may come from an async generator, in any number', async () => {
    async function* generate(): AsyncGenerator<{ readonly id: number; readonly name: string }> {
      for (let id = 0; id < 20_000; id++) yield { id, name: `row ${id}` }
    }
    expect((await db.loadData.rows('free', generate())).rows).toBe(20_000)
    const { n } = await db
      .selectFrom('free')
      .select((eb) => eb.fn.count<number>('id').distinct().as('n'))
      .executeTakeFirstOrThrow()
    expect(n).toBe(20_000)
    expect(await db.loadData.rows('free', [])).toEqual({ rows: 0, keysChecked: true })
  })

  it('with a value that cannot be sent name row and column, and nothing is kept', async () => {
    const load = (row: Record<string, unknown>): Promise<unknown> =>
      db.loadData.rows('things', [
        { id: 1, name: 'a', big: 1, flags: 1, embedding: [1, 2, 3] },
        row as { id: number },
      ])
    await expect(load({ id: 2, big: Number.NaN })).rejects.toThrow('Row 2, column big: NaN')
    await expect(load({ id: 2, embedding: [1, Infinity, 2] })).rejects.toThrow(
      'Row 2, column embedding',
    )
    await expect(load({ id: 2, flags: 4096 })).rejects.toThrow('4096 does not fit into bit(12)')
    await expect(load({ id: 2, other: 1 })).rejects.toThrow('Row 2 has the column "other"')
    await expect(load({ id: 2, embedding: [1, 2] })).rejects.toThrow(/dimension|2 elements/)
    await expect(load({ id: 2, name: '\ud83d' })).rejects.toThrow('lone surrogate')
    expect(await db.selectFrom('things').select('id').execute()).toEqual([])
  })
})

describe('an enum or a set', () => {
  /** Before 4.1 a set is the number of its bit mask, also to LOAD DATA. */
  const hasSets = (): boolean => server.can.setWire === 'text'

  const kindsOf = (text: string, mask: number): string =>
    hasSets() ? text : (mask as unknown as string)

  const sizes = (): Promise<readonly unknown[]> =>
    db.execute('select * from sizes order by id').then(({ rows }) => rows)

  beforeEach(async () => {
    await sql`drop table if exists sizes`.execute(db)
    await sql`create table sizes (id int primary key, size enum('2','1','L',''), kinds set('a','b'))`.execute(
      db,
    )
  })

  it('has its digits taken for the number of a member, and nothing for NULL (the trap)', async () => {
    await db.loadData.csv('sizes', { text: '1,"1",""\n2,"",""\n' })
    expect(await sizes()).toEqual([
      { id: 1, size: '2', kinds: null },
      { id: 2, size: null, kinds: null },
    ])
  })

  it.each(['check', 'trust'] as const)('comes from rows as it is, with keys: %s', async (keys) => {
    const rows = [
      { id: 1, size: '1', kinds: kindsOf('', 0) },
      { id: 2, size: '2', kinds: kindsOf('a,b', 3) },
      { id: 3, size: 'L', kinds: null },
      { id: 4, size: '', kinds: kindsOf('b', 2) },
    ]
    await db.loadData.rows('sizes', rows, { keys })
    expect(await sizes()).toEqual(rows)
  })

  it('is refused where no text means the value', async () => {
    await expect(db.loadData.rows('sizes', [{ id: 1, size: ' ' }])).rejects.toThrow(
      /Row 1, column size: " " is not a member/,
    )
    if (!hasSets()) {
      const named = db.loadData.rows('sizes', [{ id: 1, kinds: 'a' }])
      return expect(named).rejects.toThrow(/is not uint64 type for column 1/)
    }
    await sql`drop table sizes`.execute(db)
    await sql`create table sizes (id int primary key, kinds set('0','x'))`.execute(db)
    await expect(db.loadData.rows('sizes', [{ id: 1, kinds: '' }])).rejects.toThrow(
      /column kinds: the empty set would be loaded as the member "0"/,
    )
  })
})
