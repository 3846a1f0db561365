import { sql } from 'kysely'
import { GuardError, type MatrixOne } from 'kysely-matrixone'
import { createConnection } from 'mysql2/promise'
import { beforeAll, describe, expect, it } from 'vitest'
import { openClient, openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const database = 'kmo_guard_placeholder'

interface DB {
  kept: { id: number }
}

let db: MatrixOne<DB>

/** Becomes `'; drop table kept; -- ` behind a quote that belongs to a name. */
const evil = 'x; drop table kept; -- '

beforeAll(async () => {
  ;({ db } = await openDatabase<DB>(server, database))
  await sql`create table kept (id int primary key)`.execute(db)
})

const tables = async (): Promise<readonly unknown[]> => {
  const { rows } = await sql<Record<string, unknown>>`show tables`.execute(db)
  return rows.map((row) => Object.values(row)[0])
}

describe('a value directly behind the name of a variable', () => {
  it('becomes SQL (the trap)', async () => {
    const raw = await createConnection({ ...server.options, database, multipleStatements: true })
    await sql`create table victim (id int primary key)`.execute(db)
    await raw.query("set @`v_'x` = 1")
    await raw.query(raw.format('select @v_?', ['x; drop table victim; -- '])).catch(() => undefined)
    raw.destroy()
    expect(await tables()).toEqual(['kept'])
  })

  it.each([
    ['@v_', () => sql`select @v_${evil}`],
    ['@@global.', () => sql`select @@global.${evil}`],
    ['@`v`', () => sql`select @\`v\`${evil}`],
    ['@v', () => sql`set @v${evil} = 1`],
  ])('is refused behind %s', async (_name, query) => {
    await expect(query().execute(db)).rejects.toThrow(GuardError)
    await expect(query().execute(db)).rejects.toThrow(
      /the value could become SQL.*Guard: placeholder\.$/s,
    )
    expect(await tables()).toEqual(['kept'])
  })

  it('is refused on every way to the server', async () => {
    await expect(db.execute('select @v_?', [evil])).rejects.toThrow(GuardError)
    await expect(
      db.transaction().execute((trx) => sql`select @v_${evil}`.execute(trx)),
    ).rejects.toThrow(GuardError)
    const query = db.selectFrom(sql<object>`(select @v_${evil})`.as('t')).selectAll()
    const stream = (async () => {
      for await (const row of query.stream()) void row
    })()
    await expect(stream).rejects.toThrow(GuardError)
  })
})

describe('a value that touches a text, a name or a number', () => {
  it('is read together with it (the trap)', async () => {
    const { rows } =
      await sql`${sql.raw("select 'abc''x' as joined, 55 as one, x'41' as bytes")}`.execute(db)
    expect(rows).toEqual([{ joined: "abc'x", one: 55, bytes: 'A' }])
  })

  it.each([
    ["'abc'", () => sql`select 'abc'${'x'}`],
    ["'abc' behind", () => sql`select ${'x'}'abc'`],
    ['another value', () => sql`select ${5}${5}`],
    ['x', () => sql`select x${'41'}`],
    ['0x', () => sql`select 0x${'41'}`],
    ['b', () => sql`select b${'1'}`],
    ['_utf8mb4', () => sql`select _utf8mb4${'x'}`],
    ['n', () => sql`select n${'x'}`],
    ['a name', () => sql`select \`a\`${1} from kept`],
    ['a table', () => sql`select * from kept.${'id'}`],
    ['--', () => sql`select 1 --${'x'}`],
    ['a quoted name', () => sql`select @${'x'}`],
    ['a comment', () => sql`select /*+ SET_VAR(probe_limit=${5}) */ 1`],
    ['quotes', () => sql`select '${'x'}'`],
    ['an executable comment', () => sql`select 1 /*! + ${1} */`],
  ])('is refused at %s', async (_name, query) => {
    await expect(query().execute(db)).rejects.toThrow(/Guard: placeholder|placeholder/)
  })

  it('is sent where a blank or an operator keeps them apart', async () => {
    const { rows } =
      await sql`select ${5}+${5} as ten, ${'a'} as a, -${-5} as five, (${1}) as one`.execute(db)
    expect(rows).toEqual([{ ten: 10, a: 'a', five: 5, one: 1 }])
  })
})

describe('the guard', () => {
  it('leaves the other guards what the server would see when it is off', async () => {
    const open = openClient<DB>(
      { options: { ...server.options, database } },
      { guards: { placeholder: 'off' } },
    )
    await expect(sql`select @v_${evil}`.execute(open)).rejects.toThrow(/Guard: stackedStatements/)
    await open.destroy()
    expect(await tables()).toEqual(['kept'])
  })
})
