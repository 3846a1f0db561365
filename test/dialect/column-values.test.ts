import { type Insertable, type RawBuilder, sql } from 'kysely'
import { beforeAll, beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import {
  DataError,
  type Json,
  jsonText,
  type MatrixOne,
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
  beforeEach(({ skip }) =>
    skip(!server.can.geometryFunctions, 'this server cannot store a geometry'),
  )

  it('is not taken by UPDATE as text (the trap)', async () => {
    const raw = await openRaw(server, { database: 'column_values_test' })
    await raw.query("insert into places (id, point) values (9, 'POINT(1 2)')")
    const changed = raw.query("update places set point = 'POINT(3 4)' where id = 9")
    await expect(changed).rejects.toMatchObject({ errno: 20203 })
  })

  it('beside other columns of onDuplicateKeyUpdate is refused: the server panics or forgets it', () => {
    const insert = own.db.insertInto('places').values({ id: 1 })
    const both = insert.onDuplicateKeyUpdate({ geometry: 'POINT(1 2)', id: 1 })
    expect(() => both.compile()).toThrow(UnsupportedError)
    expect(() => both.compile()).toThrow('onDuplicateKeyUpdate sets places.geometry beside other')
    expect(insert.onDuplicateKeyUpdate({ geometry: null }).compile().sql).toContain(
      'on duplicate key update `geometry` = ',
    )
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

  it('gives updated rows, row for row, with what an UPDATE of the key and the members makes of them', async () => {
    if (!server.can.returning) return
    await own.db.transaction().execute(async (trx) => {
      await trx
        .insertInto('pets')
        .values([
          { id: 20, kind: 'cat', tags: 'old', name: 'p' },
          { id: 21, kind: null, tags: null, name: 'q' },
        ])
        .execute()
      const changed = await trx
        .updateTable('pets')
        .set((eb) => ({ id: eb('id', '+', 100), kind: "dog's", tags: 'wild,small' }))
        .where('id', 'in', [20, 21])
        .returningAll()
        .execute()
      const rows = [
        { id: 120, kind: "dog's", tags: 'small,wild', name: 'p' },
        { id: 121, kind: "dog's", tags: 'small,wild', name: 'q' },
      ]
      expect(changed.toSorted((a, b) => a.id - b.id)).toEqual(rows)
      const read = trx.selectFrom('pets').selectAll().where('id', '>', 100).orderBy('id')
      expect(await read.execute()).toEqual(rows)
      const aliased = await trx
        .updateTable('pets as p')
        .set({ kind: null })
        .where('p.id', '=', 121)
        .returning(['p.id', 'p.kind', 'p.tags as t'])
        .execute()
      expect(aliased).toEqual([{ id: 121, kind: null, t: 'small,wild' }])
      const elsewhere = await trx
        .withSchema('column_values_test')
        .updateTable('pets')
        .set({ kind: '中文' })
        .where('pets.id', '=', 120)
        .returning(['pets.kind', 'pets.name as n'])
        .execute()
      expect(elsewhere).toEqual([{ kind: '中文', n: 'p' }])
      expect(
        await trx.deleteFrom('pets').where('id', '>', 100).returning(['id', 'name']).execute(),
      ).toHaveLength(2)
    })
  })

  it('is refused from REPLACE and its like, naming the columns and the key', async () => {
    if (!server.can.returning) return
    const { db } = own
    const pet = { id: 30, kind: 'cat', name: 'r' } as const
    const replaced = db.replaceInto('pets').values(pet).returning(['id', 'kind', 'tags as t'])
    expect(() => replaced.compile()).toThrow(
      'RETURNING id, kind, tags does not work together with REPLACE on MatrixOne (4.2.0). Leave out ' +
        'returning(), and select id, kind, tags from pets by its key (id) afterwards, in the same transaction.',
    )
    const all = db.insertInto('pets').values(pet).ignore().returningAll()
    expect(() => all.compile()).toThrow('RETURNING * does not work together with INSERT IGNORE')
    const upsert = db
      .insertInto('pets')
      .values(pet)
      .onDuplicateKeyUpdate({ kind: 'cat' })
      .returning(sql<string>`lower(name)`.as('low'))
    expect(() => upsert.compile()).toThrow('RETURNING low does not work together with ON DUPLICATE')
    const read = await db.transaction().execute(async (trx) => {
      await trx.replaceInto('pets').values(pet).execute()
      return trx.selectFrom('pets').select(['kind', 'tags']).where('id', '=', 30).execute()
    })
    expect(read).toEqual([{ kind: 'cat', tags: null }])
  })
})

describe('without a schema value', () => {
  const withoutSchema = (use: (db: MatrixOne<DB>) => Promise<void>): Promise<void> =>
    withClient<void, DB>({ options: own.options }, { connection: { connectionLimit: 1 } }, use)

  it('RETURNING of an enum or set is refused with the names of the columns', async () => {
    if (!server.can.returning) return
    await withoutSchema(async (db) => {
      const pet = { id: 91, kind: 'cat', name: 'x' } as const
      const insert = db.insertInto('pets').values(pet)
      const update = db.updateTable('pets').set({ name: 'y' }).where('id', '=', 91)
      const way = 'Pass the schema value of mo-codegen to new MatrixOne'
      for (const asked of [
        insert.returningAll(),
        insert.returning(['id', 'kind', 'tags']),
        update.returningAll(),
        db.deleteFrom('pets').where('id', '=', 91).returningAll(),
        db.withSchema('column_values_test').deleteFrom('pets').returningAll(),
      ]) {
        const failed = asked.execute()
        await expect(failed).rejects.toThrow(UnsupportedError)
        await expect(failed).rejects.toThrow(`ENUM or SET column (kind, tags of pets). ${way}`)
      }
      await expect(insert.returning(['id', 'kind']).execute()).rejects.toThrow('(kind of pets)')
      const raw = sql`insert into pets values (91, 'cat', null, 'x') returning *`.execute(db)
      await expect(raw).rejects.toThrow(`RETURNING cannot give an ENUM or SET column. ${way}`)
      const inTransaction = db.transaction().execute(async (trx) => {
        await expect(
          trx.insertInto('pets').values(pet).returning('kind').execute(),
        ).rejects.toThrow('(kind of pets)')
        return trx.insertInto('pets').values(pet).returning('id').execute()
      })
      expect(await inTransaction).toEqual([{ id: 91 }])
    })
  })

  it('an UPDATE of a geometry is refused with the name of the column, and the way works', async ({
    skip,
  }) => {
    skip(!server.can.geometryFunctions, 'this server cannot store a geometry')
    await withoutSchema(async (db) => {
      await db.replaceInto('places').values({ id: 5, geometry: 'POINT(1 2)' }).execute()
      const write = (geometry: string | RawBuilder<string>) =>
        db.updateTable('places').set({ geometry }).where('id', '=', 5).execute()
      await expect(write('POINT(3 4)')).rejects.toThrow(
        'UPDATE takes no text for a geometry (geometry of places). Pass the schema value',
      )
      await write(sql<string>`st_geomfromtext(${'POINT(3 4)'})`)
      const row = await db.selectFrom('places').select('geometry').where('id', '=', 5).execute()
      expect(row).toEqual([{ geometry: 'POINT(3 4)' }])
    })
  })

  it('text that is not JSON is refused with the name of the column, and the way works', async () => {
    await withoutSchema(async (db) => {
      const write = (payload: Insertable<DB['events']>['payload']) =>
        db.replaceInto('events').values({ id: 50, payload, note: 'not JSON' }).execute()
      await expect(write('hello')).rejects.toThrow(DataError)
      await expect(write('hello')).rejects.toThrow(
        'A string for a JSON column (payload of events) is sent as JSON text. Pass the schema value of ' +
          'mo-codegen to new MatrixOne, with which it is a JSON string, or write jsonText(JSON.stringify(value))',
      )
      await write(jsonText(JSON.stringify('hello')))
      const row = await db.selectFrom('events').select('payload').where('id', '=', 50).execute()
      expect(row).toEqual([{ payload: 'hello' }])
      const wrong = write(jsonText('hello'))
      await expect(wrong).rejects.not.toThrow('A string for a JSON column')
    })
  })
})
