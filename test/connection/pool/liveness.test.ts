import mysql from 'mysql2/promise'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { MatrixOne } from 'kysely-matrixone'
import { connectionIdOf } from '../../support/queries.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url, { proxy: true })

let db: MatrixOne<object>

beforeEach(() => {
  db = new MatrixOne({ connection: { ...server.options, connectionLimit: 2 } })
})

afterEach(async () => {
  vi.restoreAllMocks()
  await db.destroy()
})

/** Makes the time pass unnoticed. */
function letTimePass(milliseconds: number): void {
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => now() + milliseconds)
}

describe('a connection that something on the way has forgotten', () => {
  it('never answers again, and nothing says why (the trap)', async () => {
    const raw = await mysql.createConnection(server.options)
    const hole = server.faults.blackHole({ statement: 'select 1 as a' })
    const answer = raw.query('select 1 as a').then(
      () => 'an answer',
      () => 'an error',
    )
    await hole.struck
    const patience = new Promise((resolve) => setTimeout(resolve, 1_500, 'silence'))
    expect(await Promise.race([answer, patience])).toBe('silence')
    raw.destroy()
  })

  it('is asked for a sign of life after half a minute of idleness, and another one is taken', async () => {
    const before = await connectionIdOf(db)
    const hole = server.faults.blackHole({ statement: 'COM_PING' })
    letTimePass(31_000)
    expect(await connectionIdOf(db)).not.toBe(before)
    await hole.struck
  })

  it('is asked nothing while it is in use every now and then', async () => {
    const before = await connectionIdOf(db)
    const ping = server.faults.cut({ statement: 'COM_PING' })
    letTimePass(29_000)
    expect(await connectionIdOf(db)).toBe(before)
    let isStruck = false
    void ping.struck.then(() => (isStruck = true))
    await connectionIdOf(db)
    expect(isStruck).toBe(false)
  })

  it('goes on being used when it answers', async () => {
    const before = await connectionIdOf(db)
    const late = server.faults.delay({ statement: 'COM_PING', ms: 10 })
    letTimePass(31_000)
    expect(await connectionIdOf(db)).toBe(before)
    await late.struck
  })
})
