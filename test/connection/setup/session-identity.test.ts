import { CompiledQuery, sql } from 'kysely'
import mysql from 'mysql2'
import mysqlPromise from 'mysql2/promise'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConnectionHookError, GuardError, MatrixOne } from 'kysely-matrixone'
import { parseLogin } from '../../../src/connection/setup/session-identity.js'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const DATABASE = 'kmo_conn_identity'
const ACCOUNT = 'kmo_conn_identity'
const ROLE = 'kmo_conn_identity_role'

let admin: mysqlPromise.Connection

const dropAll = async (): Promise<void> => {
  await admin.query(`drop account if exists \`${ACCOUNT}\``)
  await admin.query(`drop role if exists \`${ROLE}\``)
}

beforeAll(async () => {
  ;({ raw: admin } = await openDatabase(server, DATABASE))
  await dropAll()
})

afterAll(async () => {
  await dropAll()
})

/** Runs one query on a `MatrixOne` of its own and closes it. */
async function readOnce<R>(connection: mysql.PoolOptions | mysql.Connection, text: string) {
  const db = new MatrixOne<object>({ connection })
  try {
    return (await sql<R>`${sql.raw(text)}`.execute(db)).rows
  } finally {
    await db.destroy()
  }
}

describe('a login', () => {
  it.each([
    ['root', 'root', undefined],
    ['sys:root', 'root', undefined],
    ['sys#root#moadmin', 'root', 'moadmin'],
    ['sys%3Aroot', 'root', undefined],
    ['sys:root:moadmin?tier=gold', 'root', 'moadmin'],
    ['root?tier=gold', 'root', undefined],
    ['sys:a#b', 'a#b', undefined],
    ['', '', undefined],
  ])('%s is the user %s with the role %s', (login, user, role) => {
    expect(parseLogin(login)).toEqual({ user, role })
  })

  it('gives back the names that it was made of, whatever they are', () => {
    const name = fc.stringMatching(/^[^:?]+$/)
    fc.assert(
      fc.property(name, name, name, (account, user, role) => {
        expect(parseLogin(`${account}:${user}:${role}`)).toEqual({ user, role })
        expect(parseLogin(`${account}:${user}?${role}`)).toEqual({ user, role: undefined })
      }),
    )
  })
})

describe('each new connection', () => {
  it.each(['root', 'sys:root', 'sys#root#moadmin', 'root?tier=gold'])(
    'is used when the session is the one that %s asked for',
    async (user) => {
      const rows = await readOnce({ ...server.options, user }, 'select current_role() as role')
      expect(rows).toEqual([{ role: 'moadmin' }])
    },
  )

  it('is refused when the session belongs to another user', async () => {
    const raw = mysql.createConnection(server.options)
    await new Promise<void>((resolve) => raw.connect(() => resolve()))
    // The server is asked, not the login believed: here the login is what is wrong.
    Object.assign(raw.config, { user: 'sys:somebody' })
    const refused = readOnce(raw, 'select 1')
    await expect(refused).rejects.toThrow(ConnectionHookError)
    await expect(refused).rejects.toThrow(
      'The login asked for the user "somebody" and the session belongs to "root".',
    )
  })

  it('is refused when the session has another role', async () => {
    await admin.query(`create role \`${ROLE}\``)
    await admin.query(`grant \`${ROLE}\` to root`)
    const raw = mysql.createConnection({ ...server.options, user: `sys:root:${ROLE}` })
    await new Promise<void>((resolve) => raw.query('set role moadmin', () => resolve()))
    await expect(readOnce(raw, 'select 1')).rejects.toThrow(
      `The login asked for the role "${ROLE}" and the session belongs to "moadmin".`,
    )
  })

  it('goes to its database when the session has none', async () => {
    const raw = mysql.createConnection(server.options)
    Object.assign(raw.config, { database: DATABASE })
    const text = 'select database() as name'
    expect(await readOnce(raw, text)).toEqual([{ name: DATABASE }])
    const moved = mysql.createConnection({ ...server.options, database: 'mo_catalog' })
    await new Promise<void>((resolve) => moved.query(`use ${DATABASE}`, () => resolve()))
    expect(await readOnce(moved, text)).toEqual([{ name: DATABASE }])
  })

  it('is refused under a sql_mode of the whole account that changes how text is quoted', async () => {
    await admin.query(`create account \`${ACCOUNT}\` admin_name 'admin' identified by '111'`)
    const tenant = { ...server.options, user: `${ACCOUNT}:admin`, password: '111' }
    const read = (): Promise<unknown> => readOnce(tenant, String.raw`select '\\' as text`)

    // The trap, on a plain connection: the same literal is two characters afterwards.
    const raw = await mysqlPromise.createConnection(tenant)
    await raw.query("set global sql_mode = 'NO_BACKSLASH_ESCAPES'")
    raw.destroy()
    const later = await mysqlPromise.createConnection(tenant)
    const [trap] = await later.query(String.raw`select '\\' as text`)
    later.destroy()
    if (!server.can.quotingModesHonoured) {
      // Before 4.2 the mode is kept and means nothing.
      expect(trap).toEqual([{ text: '\\' }])
      expect(await read()).toEqual([{ text: '\\' }])
      return
    }
    expect(trap).toEqual([{ text: '\\\\' }])
    await expect(read()).rejects.toThrow(GuardError)
    await expect(read()).rejects.toThrow(/sql_mode NO_BACKSLASH_ESCAPES .* Guard: sqlMode/)
  })

  it.each([
    ["set sql_mode = 'ANSI_QUOTES'", []],
    ["select 1; set sql_mode = 'ANSI_QUOTES'", []],
    ['/* all of it */ SET SESSION Sql_Mode = ?', ['STRICT_TRANS_TABLES,NO_BACKSLASH_ESCAPES']],
  ])('never leaves such a mode behind by %s', async (text, parameters) => {
    const unguarded = new MatrixOne<object>({
      connection: server.options,
      guards: { sessionState: 'off', stackedStatements: 'off' },
    })
    const query = CompiledQuery.raw(text, parameters)
    await expect(unguarded.executeQuery(query)).rejects.toThrow(/Guard: sqlMode/)
    const hooked = new MatrixOne<object>({
      connection: server.options,
      onHookError: 'throw',
      guards: { stackedStatements: 'off' },
      hooks: (connection) => connection.execute(text, parameters).then(() => undefined),
    })
    await expect(sql`select 1`.execute(hooked)).rejects.toThrow(/Guard: sqlMode/)
    await Promise.all([unguarded.destroy(), hooked.destroy()])
  })
})
