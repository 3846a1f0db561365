/**
 * MatrixOne's proxy with `conn-cache-enabled = true` keeps the session of who says goodbye, and gives
 * it to the next login with the same account and password: user and database of the login are ignored
 * (4.2.0).
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import mysql from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MatrixOne } from 'kysely-matrixone'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url, { cluster: 'that keeps sessions' })
const ACCOUNT = 'kmo_cluster_kept'
const PASSWORD = 'one for both'
const DATABASE = 'kmo_cluster_kept'

/** The proxy has put a session away well within this many milliseconds. */
const PUT_AWAY = 500

let root: MatrixOne<object>

const login = (user: string): mysql.ConnectionOptions => ({
  ...server.options,
  user: `${ACCOUNT}:${user}`,
  password: PASSWORD,
})

/** Leaves a session with the proxy. */
async function leaveSession(user: string, ...statements: string[]): Promise<void> {
  const connection = await mysql.createConnection(login(user))
  for (const statement of statements) await connection.query(statement)
  await connection.end()
  if (server.mode !== 'replay') await sleep(PUT_AWAY)
  connection.destroy()
}

beforeAll(async () => {
  root = new MatrixOne({ connection: server.options })
  await sql`drop account if exists ${sql.id(ACCOUNT)}`.execute(root)
  await sql`create account ${sql.id(ACCOUNT)} admin_name 'owner'
    identified by ${PASSWORD}`.execute(root)
  await leaveSession(
    'owner',
    `create database ${DATABASE}`,
    `create user guest identified by '${PASSWORD}'`,
  )
})

afterAll(async () => {
  await sql`drop account if exists ${sql.id(ACCOUNT)}`.execute(root)
  await root.destroy()
})

describe('a proxy that keeps sessions', () => {
  it("gives a guest the owner's session (the trap); we ask who it is, and take another", async () => {
    const trapped = await mysql.createConnection(login('guest'))
    const [rows] = await trapped.query('select user() as name')
    expect(rows).toEqual([{ name: 'owner@localhost' }])
    trapped.destroy()

    await leaveSession('owner')
    const db = new MatrixOne<object>({ connection: { ...login('guest'), connectionLimit: 1 } })
    const asked = await sql`select user() as name`.execute(db)
    expect(asked.rows).toEqual([{ name: 'guest@localhost' }])
    expect(db.hooks.status()).toMatchObject({ opened: 2, ready: 1 })
    await db.destroy()
  })

  it('ignores the database of the login (the trap); we go there', async () => {
    await leaveSession('owner')
    const connection = { ...login('owner'), database: DATABASE }
    const trapped = await mysql.createConnection(connection)
    const [rows] = await trapped.query('select database() as name')
    expect(rows).toEqual([{ name: '' }])
    trapped.destroy()

    await leaveSession('owner')
    const db = new MatrixOne<object>({ connection })
    const asked = await sql`select database() as name`.execute(db)
    expect(asked.rows).toEqual([{ name: DATABASE }])
    await db.destroy()
  })
})
