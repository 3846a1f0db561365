import { sql } from 'kysely'
import type { Connection } from 'mysql2/promise'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { GuardError, type MatrixOne, setSession } from 'kysely-matrixone'
import { guardSqlMode } from '../../src/guards/sql-mode.js'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)

let db: MatrixOne<Record<string, never>>
let raw: Connection

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<Record<string, never>>(server, 'kmo_guard_sql_mode'))
})

const guard = (text: string): void => guardSqlMode(text, 'refuse')

describe('on a server, every way to set ANSI_QUOTES', () => {
  beforeEach(async () => {
    await raw.query("set @mode = 'ANSI_QUOTES'")
    await raw.query("set sql_mode = 'STRICT_TRANS_TABLES'")
  })

  const modeOf = async (): Promise<string> => {
    const [rows] = await raw.query('select @@session.sql_mode as mode')
    return (rows as { readonly mode: string }[])[0]?.mode.toUpperCase() ?? ''
  }

  it.each([
    ["set sql_mode = 'ANSI_QUOTES'"],
    ['set sql_mode = ansi_quotes'],
    ["set sql_mode = _utf8mb4 'ANSI_QUOTES'"],
    ['set sql_mode = $$ANSI_QUOTES$$'],
    ["set @@session.sql_mode := 'STRICT_TRANS_TABLES,ANSI_QUOTES'"],
    ["set @@`sql_mode` = 'ANSI_QUOTES'"],
    ["set time_zone = '+00:00', sql_mode = 'ANSI_QUOTES'"],
    ["/*!40101 SET SQL_MODE='ANSI_QUOTES' */"],
    ['set sql_mode = 0x414e53495f51554f544553'],
    ["set sql_mode = x'414e53495f51554f544553'"],
    ["set sql_mode = unhex('414e53495f51554f544553')"],
    ["set sql_mode = concat('ANSI', '_QUOTES')"],
    ["set sql_mode = ('ANSI_QUOTES')"],
    ["set sql_mode = (select 'ANSI_QUOTES')"],
    ['set sql_mode = @mode'],
    ["prepare p from 'set sql_mode = ''ANSI_QUOTES'''", 'execute p'],
  ])('takes effect (the trap) and is refused: %s', async (text, ...more) => {
    if (more.length > 0 && !server.can.prepareSet) return
    for (const each of [text, ...more]) await raw.query(each)
    expect(await modeOf()).toContain('ANSI_QUOTES')
    await expect(db.pinned((one) => sql`${sql.raw(text)}`.execute(one))).rejects.toThrow(
      /Guard: sqlMode\.$/,
    )
  })

  it('makes a text of a value (the trap)', async () => {
    if (!server.can.quotingModesHonoured) return
    await raw.query("set sql_mode = 'ANSI_QUOTES'")
    await expect(raw.query('select "no_such_column"')).rejects.toThrow(/no_such_column/)
  })
})

/** Each of these set ANSI_QUOTES on 4.2.0. */
describe('a SET of a mode that changes how text is quoted', () => {
  it.each([
    "set sql_mode = 'ANSI_QUOTES'",
    'set sql_mode = "ansi_quotes "',
    'set sql_mode = ansi_quotes',
    "set sql_mode = _utf8mb4 'ANSI_QUOTES'",
    'set sql_mode = $$ANSI_QUOTES$$',
    "set @@session.sql_mode := 'STRICT_TRANS_TABLES,NO_BACKSLASH_ESCAPES'",
    "set `sql_mode` = 'ANSI'",
    "set @@`sql_mode` = 'ANSI_QUOTES'",
    "set @ @sql_mode = 'ANSI_QUOTES'",
    "set session sql_mode = 'ANSI_QUOTES', time_zone = '+00:00'",
    "set time_zone = '+00:00', sql_mode = 'ANSI_QUOTES'",
    "set names utf8mb4; set /* c */ sql_mode = 'ANSI_QUOTES'",
    "/*!40101 SET SQL_MODE='ANSI_QUOTES' */",
  ])('is refused: %s', (text) => {
    expect(() => guard(text)).toThrow(GuardError)
    expect(() => guard(text)).toThrow(/changes how text is quoted: values/)
  })

  it.each([
    'set sql_mode = 0x414e53495f51554f544553',
    "set sql_mode = x'414e53495f51554f544553'",
    "set sql_mode = unhex('414e53495f51554f544553')",
    "set sql_mode = concat('ANSI', '_QUOTES')",
    "set sql_mode = ('ANSI_QUOTES')",
    "set sql_mode = (select 'ANSI_QUOTES')",
    'set sql_mode = @mode',
    'set sql_mode = @@global.sql_mode',
    'set sql_mode = ?',
    'set sql_mode = 4',
    '/*!40101 SET SQL_MODE=@OLD_SQL_MODE */',
  ])('is refused when its value cannot be read: %s', (text) => {
    expect(() => guard(text)).toThrow(/not a plain text.*Guard: sqlMode/s)
  })
})

describe('everything else', () => {
  it.each([
    "set sql_mode = 'STRICT_TRANS_TABLES,ONLY_FULL_GROUP_BY'",
    "set sql_mode = ''",
    'set sql_mode = default',
    'set @old = @@sql_mode',
    "set @sql_mode = 'ANSI_QUOTES'",
    "set @a = (select 'x' from t where sql_mode = @b)",
    "select 'set sql_mode = ANSI_QUOTES'",
  ])('passes: %s', (text) => {
    expect(() => guard(text)).not.toThrow()
  })

  it('passes when the guard is off', () => {
    expect(() => guardSqlMode("set sql_mode = 'ANSI_QUOTES'", 'off')).not.toThrow()
  })
})

describe('setSession', () => {
  it.each(['ANSI_QUOTES', 'STRICT_TRANS_TABLES, no_backslash_escapes', 4])('refuses %j', (mode) => {
    expect(() => setSession({ sql_mode: mode })).toThrow(GuardError)
  })
})
