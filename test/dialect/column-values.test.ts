import { sql } from 'kysely'
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import {
  DataError,
  type Json,
  jsonText,
  UnsupportedError,
  type ColumnRead,
  type JsonText,
} from 'kysely-matrixone'
import { openDatabase, openRaw, type TestDatabase, withClient } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)

interface DB {
  events: { id: number; payload: Json | null; note: string | null }
  places: Record<(typeof subtypes)[number], string | null> & { id: number }
  pets: {
    id: number
    kind: 'cat' | "dog's" | '中文' | null
    tags: string | null
    name: string
  }
}

const subtypes = [
  'geometry',
  'point',
  'linestring',
  'polygon',
  'multipoint',
  'multilinestring',
].concat(['multipolygon', 'geometrycollection']) as readonly string[] as readonly ['geometry']

const schema = {
  types: {},
  tables: {
    events: { key: ['id'], json: ['payload'] },
    places: { key: ['id'], geometries: subtypes },
    pets: {
      key: ['id'],
      columns: ['id', 'kind', 'tags', 'name'],
      enums: { kind: ['cat', "dog's", '中文'] },
      sets: { tags: ['small', 'old', 'wild'] },
    },
  },
} as const

let own: TestDatabase<DB>

beforeAll(async () => {
  own = await openDatabase<DB>(server, 'column_values_test', {
    schema,
    connection: { connectionLimit: 1 },
  })
  const { db } = own
  await sql`create table events (id int primary key, payload json, note varchar(40))`.execute(db)
  await sql`create table pets (id int primary key, kind enum('cat', 'dog''s', '中文'),
    tags set('small', 'old', 'wild'), name varchar(20) not null)`.execute(db)
  const columns = subtypes.map((name) => `\`${name}\` ${name}`).join(', ')
  await sql.raw(`create table places (id int primary key, ${columns})`).execute(db)
})

const scalars = [
  '123',
  'null',
  'hello',
  '"quoted"',
  '{"a":1}',
  "it's \\ 😀",
  '',
  true,
  false,
  1.5,
  0,
]

describe('a scalar in a JSON column', () => {
  it('is taken for JSON text without a schema value (the trap)', async () => {
    await withClient({ options: own.options }, {}, async (db) => {
      const write = (text: string) =>
        sql`replace into events (id, payload) values (1, ${text})`.execute(db)
      await write('123')
      const { rows } = await sql<{
        payload: unknown
      }>`select payload from events where id = 1`.execute(db)
      expect(rows).toEqual([{ payload: 123 }])
      await expect(write('hello')).rejects.toThrow(DataError)
    })
  })

  it('comes back as it was written: insert, update, replace, on duplicate key', async () => {
    const { db } = own
    for (const payload of scalars) {
      await db.deleteFrom('events').where('id', '>=', 0).execute()
      await db.insertInto('events').values({ id: 1, payload, note: '123' }).execute()
      await db
        .insertInto('events')
        .values([{ id: 2 }, { id: 3, payload }])
        .execute()
      await db.updateTable('events').set({ payload }).where('id', '=', 2).execute()
      await db.replaceInto('events').values({ id: 4, payload }).execute()
      await db
        .insertInto('events')
        .values({ id: 4, note: 'x' })
        .onDuplicateKeyUpdate({ payload, note: '7' })
        .execute()
      const rows = await db.selectFrom('events').select(['payload', 'note']).orderBy('id').execute()
      expect(rows.map((row) => row.payload)).toEqual([payload, payload, payload, payload])
      expect(rows[0]?.note).toBe('123')
    }
  })

  it('can be written back unchanged once it was read', async () => {
    const { db } = own
    await db.deleteFrom('events').where('id', '>=', 0).execute()
    for (const payload of [...scalars, { a: ['1', 1, null] }, [1, '2'], []]) {
      await db.replaceInto('events').values({ id: 1, payload }).execute()
      const read = await db.selectFrom('events').select('payload').executeTakeFirstOrThrow()
      await db.updateTable('events').set({ payload: read.payload }).where('id', '=', 1).execute()
      const again = await db.selectFrom('events').select('payload').executeTakeFirstOrThrow()
      expect(again).toEqual({ payload })
    }
  })

  it('is written as text by jsonText, and the type says so', async () => {
    const { db } = own
    await db
      .replaceInto('events')
      .values({ id: 1, payload: jsonText('{"big": 18446744073709551615, "n": null}') })
      .execute()
    const { rows } = await sql<{
      text: string
    }>`select cast(payload as char) as text from events where id = 1`.execute(db)
    expect(rows[0]?.text).toContain('18446744073709551615')
    await db
      .updateTable('events')
      .set({ payload: jsonText('null') })
      .where('id', '=', 1)
      .execute()
    const nulls = db
      .selectFrom('events')
      .select('id')
      .where('payload', 'is not', null)
      .where('id', '=', 1)
    expect(await nulls.execute()).toHaveLength(1)
    expect(() => jsonText(7 as never)).toThrow('takes JSON text')
    type Payload = { readonly a: number }
    expectTypeOf<Json<Payload>['__insert__']>().toEqualTypeOf<Payload | JsonText>()
  })

  it('is text both ways where JSON is read as text', async () => {
    const asText = { ...schema, types: { json: 'string' as const satisfies ColumnRead } }
    await withClient({ options: own.options }, { schema: asText }, async (any) => {
      await own.db.deleteFrom('events').where('id', '>=', 0).execute()
      const db = any.withTables<{ events: { id: number; payload: string } }>()
      await db.replaceInto('events').values({ id: 1, payload: '{"a": "123"}' }).execute()
      const read = await db.selectFrom('events').select('payload').executeTakeFirstOrThrow()
      expect(read).toEqual({ payload: '{"a": "123"}' })
      await db.updateTable('events').set(read).execute()
      expect(await db.selectFrom('events').select('payload').execute()).toEqual([read])
    })
  })

  it('is written so by loadData.rows too', async () => {
    const rows = scalars.map((payload, at) => ({ id: 100 + at, payload, note: null }))
    await own.db.loadData.rows('events', rows)
    const read = await own.db
      .selectFrom('events')
      .select(['id', 'payload', 'note'])
      .where('id', '>=', 100)
      .orderBy('id')
      .execute()
    expect(read).toEqual(rows)
  })
})

const wkt: Readonly<Record<string, string>> = {
  geometry: 'LINESTRING(0 0,1 1)',
  point: 'POINT(1 2)',
  linestring: 'LINESTRING(0 0,1 1)',
  polygon: 'POLYGON((0 0,2 0,2 2,0 0))',
  multipoint: 'MULTIPOINT(0 0,1 1)',
  multilinestring: 'MULTILINESTRING((0 0,1 1),(2 2,3 3))',
  multipolygon: 'MULTIPOLYGON(((0 0,2 0,2 2,0 0)))',
  geometrycollection: 'GEOMETRYCOLLECTION(POINT(1 2))',
}

describe('a geometry', () => {
  it('is not taken by UPDATE as text (the trap)', async () => {
    const raw = await openRaw(server, { database: 'column_values_test' })
    await raw.query("insert into places (id, point) values (9, 'POINT(1 2)')")
    const changed = raw.query("update places set point = 'POINT(3 4)' where id = 9")
    await expect(changed).rejects.toMatchObject({ errno: 20203 })
  })

  it.each(Object.keys(wkt) as 'geometry'[])(
    'of type %s is written by every statement',
    async (name) => {
      const { db } = own
      const value = wkt[name] ?? ''
      const read = async (): Promise<string | null | undefined> =>
        (await db.selectFrom('places').selectAll().where('id', '=', 1).executeTakeFirst())?.[name]
      const clear = () =>
        db
          .updateTable('places')
          .set({ [name]: null })
          .where('id', '=', 1)
          .execute()
      await db
        .replaceInto('places')
        .values({ id: 1, [name]: value })
        .execute()
      const first = await read()
      await clear()
      await db
        .updateTable('places')
        .set({ [name]: value })
        .where('id', '=', 1)
        .execute()
      expect(await read()).toEqual(first)
      await clear()
      await db
        .updateTable('places')
        .set({ [name]: first })
        .where('id', '=', 1)
        .execute()
      expect(await read()).toEqual(first)
      await clear()
      await db
        .insertInto('places')
        .values({ id: 1 })
        .onDuplicateKeyUpdate({ [name]: value })
        .execute()
      expect(await read()).toEqual(first)
      expect(first).toBeTypeOf('string')
    },
  )
})

describe('RETURNING of an enum or set', () => {
  it('is refused by the server, which names no column (the trap)', async () => {
    if (!server.can.returning) return
    const raw = await openRaw(server, { database: 'column_values_test' })
    const asked = raw.query("insert into pets values (90, 'cat', null, 'x') returning *")
    await expect(asked).rejects.toMatchObject({ errno: 20105 })
  })

  it('gives the members: inserted, row for row, by * and by name', async () => {
    if (!server.can.returning) return
    const rows = [
      { id: 1, kind: "dog's", tags: 'small,wild', name: 'a' },
      { id: 2, kind: null, tags: null, name: 'b' },
      { id: 3, kind: '中文', tags: '', name: 'c' },
      { id: 4, kind: 'cat', tags: 'small,old,wild', name: 'd' },
    ] as const
    const inserted = await own.db
      .insertInto('pets')
      .values([...rows])
      .returningAll()
      .execute()
    expect(inserted).toEqual(rows)
    const named = await own.db
      .insertInto('pets')
      .values({ id: 5, kind: 'cat', tags: 'old', name: 'e' })
      .returning(['pets.kind as sort', 'tags', 'name'])
      .executeTakeFirstOrThrow()
    expect(named).toEqual({ sort: 'cat', tags: 'old', name: 'e' })
    expect(
      await own.db.selectFrom('pets').selectAll().where('id', '<=', 4).orderBy('id').execute(),
    ).toEqual(rows)
  })

  it('gives them updated, in a transaction that can still roll back', async () => {
    if (!server.can.returning) return
    const failed = own.db.transaction().execute(async (trx) => {
      const updated = await sql`update pets set name = 'x' where id = 1`.execute(trx)
      expect(updated.numAffectedRows).toBe(1n)
      const rows = await trx
        .insertInto('pets')
        .values({ id: 6, kind: 'cat', name: 'f' })
        .returning(['id', 'kind'])
        .execute()
      expect(rows).toEqual([{ id: 6, kind: 'cat' }])
      throw new Error('undone')
    })
    await expect(failed).rejects.toThrow('undone')
    expect(await own.db.selectFrom('pets').select('id').where('id', '=', 6).execute()).toEqual([])
  })

  it('is refused from DELETE, naming the columns and the way, which works', async () => {
    if (!server.can.returning) return
    const { db } = own
    const deleted = (): unknown =>
      db.deleteFrom('pets').where('id', '=', 1).returningAll().compile()
    expect(deleted).toThrow(UnsupportedError)
    expect(deleted).toThrow('DELETE cannot return kind, tags of pets')
    expect(
      await db.deleteFrom('pets').where('id', '=', 5).returning(['id', 'name']).execute(),
    ).toEqual([{ id: 5, name: 'e' }])
    const read = await db.transaction().execute(async (trx) => {
      const rows = await trx
        .selectFrom('pets')
        .selectAll()
        .where('id', '=', 4)
        .forUpdate()
        .execute()
      await trx.deleteFrom('pets').where('id', '=', 4).execute()
      return rows
    })
    expect(read).toEqual([{ id: 4, kind: 'cat', tags: 'small,old,wild', name: 'd' }])
  })

  it('says what to do when there is no schema value', async () => {
    if (!server.can.returning) return
    await withClient({ options: own.options }, {}, async (db) => {
      const asked = sql`insert into pets values (91, 'cat', null, 'x') returning *`.execute(db)
      await expect(asked).rejects.toThrow('An ENUM or SET column is one: pass the schema value')
    })
  })
})
