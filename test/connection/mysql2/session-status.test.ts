import mysql from 'mysql2'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { SessionStatus, statusOf } from '../../../src/connection/mysql2/session-status.js'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const DATABASE = 'kmo_conn_status'

let connection: mysql.Connection

beforeAll(async () => {
  const { raw } = await openDatabase(server, DATABASE)
  await raw.query(`create table ${DATABASE}.t (id int primary key)`)
  connection = mysql.createConnection({ ...server.options, database: DATABASE })
  server.beforeClose(() => connection.destroy())
})

/** Sends a statement, and tells the server's word on the session after it. */
async function send(text: string): Promise<string> {
  const status = statusOf(connection)
  await new Promise<void>((resolve) => connection.query(text, () => resolve()))
  return `${status.inTransaction ? 'open' : 'none'}${status.autocommit ? '' : ', no autocommit'}`
}

describe('the end of each reply', () => {
  it('says whether a transaction is open, after rows as after an OK', async () => {
    expect(await send('select 1')).toBe('none')
    expect(await send('insert into t values (1)')).toBe('none')
    expect(await send('select * from t for update')).toBe('none')
    expect(await send('begin')).toBe('open')
    expect(await send('select * from t')).toBe('open')
    expect(await send('select * from t where id = 9')).toBe('open')
    expect(await send('show tables')).toBe('open')
    expect(await send('update t set id = 2')).toBe('open')
    expect(await send('create table u (id int)')).toBe('open')
    expect(await send('commit')).toBe('none')
    expect(await send('start transaction')).toBe('open')
    expect(await send('rollback')).toBe('none')
  })

  it('says so when a SET has committed it (the trap)', async () => {
    expect(await send('begin')).toBe('open')
    expect(await send('set @a = 1')).toBe('none')
    if (!server.can.lockTablesCommits) return
    expect(await send('begin')).toBe('open')
    expect(await send('lock tables t read')).toBe('none')
    expect(await send('unlock tables')).toBe('none')
  })

  it('is that of the last statement of several', async () => {
    expect(await send('begin; select 1')).toBe('open')
    expect(await send('select 1; commit')).toBe('none')
  })

  it('is kept over an error, which says nothing', async () => {
    expect(await send('begin')).toBe('open')
    expect(await send('select * from nowhere')).toBe('open')
    expect(await send('rollback')).toBe('none')
    expect(await send('selec')).toBe('none')
  })

  it('says whether autocommit is on', async () => {
    expect(await send('set autocommit = 0')).toBe('none, no autocommit')
    expect(await send('select 1')).toBe('open, no autocommit')
    expect(await send('commit')).toBe('none, no autocommit')
    expect(await send('insert into t values (3)')).toBe('open, no autocommit')
    expect(await send('set autocommit = 1')).toBe('none')
    expect(await send('select 1')).toBe('none')
  })

  it('says so wrongly after a SET that ended a transaction, and rightly one statement later', async () => {
    expect(await send('set autocommit = 0')).toBe('none, no autocommit')
    expect(await send('select 1')).toBe('open, no autocommit')
    expect(await send('set @a = 1')).toBe('none')
    expect(await send('select 1')).toBe('open, no autocommit')
    expect(await send('set autocommit = 1')).toBe('none')
  })
})

describe('the packet', () => {
  const length = (n: bigint): number[] => {
    const bytes = Buffer.alloc(9)
    bytes.writeBigUInt64LE(n, 1)
    if (n < 251n) return [Number(n)]
    if (n < 65_536n) return [0xfc, ...bytes.subarray(1, 3)]
    if (n < 16_777_216n) return [0xfd, ...bytes.subarray(1, 4)]
    return [0xfe, ...bytes.subarray(1)]
  }
  const integer = fc.oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.bigInt(0n, 70_000n))

  it('is read at any place, whatever the numbers before the flags', () => {
    fc.assert(
      fc.property(integer, integer, fc.nat(3), fc.nat(9), (rows, id, flags, at) => {
        const status = new SessionStatus()
        const ok = [0, ...length(rows), ...length(id), flags, 0, 0, 0]
        status.note(Buffer.from([...Array<number>(at).fill(7), ...ok]), at)
        expect([status.inTransaction, status.autocommit]).toEqual([flags % 2 === 1, flags > 1])
      }),
    )
  })

  it('changes nothing when it is an error, or cut off', () => {
    const status = new SessionStatus()
    status.note(Buffer.from([0xff, 0x13, 0, 0, 0]), 0)
    status.note(Buffer.from([0]), 0)
    status.note(Buffer.from([0xfe, 0]), 0)
    status.note(Buffer.alloc(0), 0)
    expect([status.inTransaction, status.autocommit]).toEqual([false, true])
  })
})
