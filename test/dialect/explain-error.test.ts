/** Refusals of the server that do not name what the program wrote. */
import { sql } from 'kysely'
import { type MatrixOne, UnsupportedError } from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

interface Sheet {
  id: number
  'unit.price': number
  'sold as new': number | null
}

interface DB {
  sheet: Sheet
  cheap: Sheet
  files: { id: number }
}

const server = useServer(import.meta.url)
let db: MatrixOne<DB>
let raw: Connection

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, 'kmo_explain_error'))
  await raw.query('use kmo_explain_error')
  await raw.query(
    'create table sheet (id int primary key, `unit.price` int not null, `sold as new` int)',
  )
  await raw.query('create view cheap as select * from sheet where `unit.price` < 10')
  await raw.query(
    "create external table files (id int) infile{'filepath'='/nosuch.csv'} fields terminated by ','",
  )
  await db.insertInto('sheet').values({ id: 1, 'unit.price': 5, 'sold as new': 2 }).execute()
})

const messageOf = async (failing: Promise<unknown>): Promise<string> => {
  const error = await failing.then(
    () => new Error('nothing failed'),
    (reason: unknown) => reason as Error,
  )
  return `${error.constructor.name}: ${error.message}`
}

describe('a column with a dot in its name', () => {
  it('is named by no error of the server (the trap)', async () => {
    await expect(raw.query('select `unit`.`price` from sheet')).rejects.toThrow(
      "invalid input: missing FROM-clause entry for table 'unit'",
    )
  })

  it('is named by the error, with the way to write it', async () => {
    const wanted =
      "UnknownObjectError: invalid input: missing FROM-clause entry for table 'unit'. kysely reads " +
      "'unit.price' as column price of table unit. If 'unit.price' is the name of one column, write " +
      "sql.id('unit.price') instead, in select() with .as(…)"
    const query = db.selectFrom('sheet')
    expect(await messageOf(query.select('unit.price').execute())).toBe(wanted)
    expect(
      await messageOf(
        query
          .select('id')
          .where('unit.price', '=', 5 as never)
          .execute(),
      ),
    ).toBe(wanted)
    expect(await messageOf(query.select('id').orderBy('unit.price').execute())).toBe(wanted)
    expect(await messageOf(query.select((eb) => eb.fn.sum('unit.price').as('s')).execute())).toBe(
      wanted,
    )
    const update = db
      .updateTable('sheet')
      .set({ 'sold as new': 1 })
      .where('unit.price', '=', 5 as never)
    expect(await messageOf(update.execute())).toBe(wanted)
    const remove = db.deleteFrom('sheet').where('unit.price', '=', 5 as never)
    expect(await messageOf(remove.execute())).toBe(wanted)
    const limited = db.withDeadline({ timeout: 60_000 }).selectFrom('sheet').select('unit.price')
    expect(await messageOf(limited.execute())).toBe(wanted)
    const inside = db.selectFrom(query.select('unit.price').as('s')).selectAll()
    expect(await messageOf(inside.execute())).toBe(wanted)
  })

  it('is named after its table', async () => {
    const joined = db.selectFrom('sheet as s').select(sql.ref('s.unit.price').as('p'))
    expect(await messageOf(joined.execute())).toContain(
      "kysely reads 's.unit.price' as column price of table unit. If 'unit.price' is the name of one " +
        "column, write sql.id('s', 'unit.price') instead",
    )
    const set = db.updateTable('sheet').set('unit.price', 5 as never)
    expect(await messageOf(set.execute())).toContain("write sql.id('unit.price')")
  })

  it('is named where a stream or a RETURNING fails', async () => {
    const stream = async (): Promise<void> => {
      for await (const _row of db.selectFrom('sheet').select('unit.price').stream()) break
    }
    expect(await messageOf(stream())).toContain("write sql.id('unit.price')")
    if (!server.can.returning) return
    const insert = db.insertInto('sheet').values({ id: 2, 'unit.price': 1 }).returning('unit.price')
    expect(await messageOf(insert.execute())).toContain("write sql.id('unit.price')")
  })

  it('can be written so', async () => {
    const rows = await db
      .selectFrom('sheet as s')
      .select(sql<number>`${sql.id('s', 'unit.price')}`.as('price'))
      .where(sql.id('unit.price'), '=', 5)
      .orderBy(sql.id('unit.price'))
      .execute()
    expect(rows).toEqual([{ price: 5 }])
  })
})

describe('a column with " as " in its name', () => {
  it('is named by the error, with the way to write it', async () => {
    expect(await messageOf(db.selectFrom('sheet').select('sold as new').execute())).toBe(
      'UnknownObjectError: invalid input: column sold does not exist. kysely reads ' +
        "'sold as new' as column sold under the alias new. If 'sold as new' is the name of one column, write " +
        "sql.id('sold as new') instead, in select() with .as(…)",
    )
  })
})

describe('another missing column', () => {
  it('is reported as the server does', async () => {
    const missing = db.selectFrom('sheet').select(sql.ref('nosuch').as('n'))
    expect(await messageOf(missing.execute())).toBe(
      'UnknownObjectError: invalid input: column nosuch does not exist',
    )
    const qualified = db.selectFrom('sheet as s').select(sql.ref('s.nosuch').as('n'))
    expect(await messageOf(qualified.execute())).not.toContain('kysely reads')
    expect(await messageOf(sql`select a.b from sheet`.execute(db))).not.toContain('kysely reads')
  })
})

describe('a write to a view', () => {
  it('is refused without its name (the trap)', async () => {
    await expect(raw.query('delete from cheap where id = 1')).rejects.toThrow(
      'invalid input: cannot insert/update/delete from view',
    )
  })

  it('is an UnsupportedError that names it', async () => {
    const wanted =
      'UnsupportedError: cheap is a view: MatrixOne can only read it. Write to the tables that it ' +
      'selects from.'
    expect(await messageOf(db.deleteFrom('cheap').where('id', '=', 1).execute())).toBe(wanted)
    expect(await messageOf(db.deleteFrom('cheap as c').execute())).toBe(wanted)
    expect(await messageOf(db.updateTable('cheap').set({ id: 2 }).execute())).toBe(wanted)
    expect(
      await messageOf(db.insertInto('cheap').values({ id: 2, 'unit.price': 1 }).execute()),
    ).toBe(wanted)
    const joined = db.deleteFrom('cheap').using('cheap').innerJoin('sheet', 'sheet.id', 'cheap.id')
    expect(await messageOf(joined.execute())).toBe(wanted)
    const among = db.withSchema('kmo_explain_error').deleteFrom('cheap')
    expect(await messageOf(among.execute())).toContain('kmo_explain_error.cheap is a view')
    await expect(sql`delete from cheap where id = 1`.execute(db)).rejects.toThrow(UnsupportedError)
    expect(await db.selectFrom('sheet').select('id').execute()).toEqual([{ id: 1 }])
  })

  it('is the same for an external table', async () => {
    expect(await messageOf(db.deleteFrom('files').where('id', '=', 1).execute())).toBe(
      'UnsupportedError: files is an external table: MatrixOne can only read it. Write its file, or ' +
        'use a table.',
    )
  })

  it('does not forbid to read it beside a table that is written', async () => {
    const removed = await db
      .deleteFrom('sheet')
      .using('sheet')
      .innerJoin('cheap', 'cheap.id', 'sheet.id')
      .where('cheap.id', '=', 99)
      .executeTakeFirst()
    expect(removed.numDeletedRows).toBe(0n)
  })
})
