/** The bank of test/soak in small, with each fault at a known place, so that it can be played. */
import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { ConnectionError, MatrixOne, setSession, UnknownOutcomeError } from 'kysely-matrixone'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url, { proxy: true })
const DATABASE = 'kmo_connection_bank'

interface DB {
  accounts: { id: number; balance: number }
  transfers: { id: number; source: number; target: number }
}

let db: MatrixOne<DB>

beforeAll(async () => {
  ;({ db } = await openDatabase<DB>(server, DATABASE, {
    connection: { connectionLimit: 1 },
    hooks: [setSession({ lock_wait_timeout: 3 })],
    statementTimeout: 2_000,
    cancelTimeout: 300,
  }))
  await sql`create table accounts (id int primary key, balance bigint)`.execute(db)
  await sql`create table transfers (id int primary key, source int, target int)`.execute(db)
  const accounts = Array.from({ length: 4 }, (_, id) => ({ id, balance: 100 }))
  await db.insertInto('accounts').values(accounts).execute()
})

async function transfer(id: number, source: number, target: number): Promise<string> {
  const change = (trx: MatrixOne<DB>, account: number, by: number): Promise<unknown> =>
    trx
      .updateTable('accounts')
      .set((eb) => ({ balance: eb('balance', '+', by) }))
      .where('id', '=', account)
      .execute()
  try {
    await db
      .transaction()
      .retry()
      .execute(async (trx) => {
        await change(trx, source, -1)
        await change(trx, target, 1)
        await trx.insertInto('transfers').values({ id, source, target }).execute()
      })
    return 'done'
  } catch (error) {
    return error instanceof UnknownOutcomeError
      ? 'unknown'
      : error instanceof ConnectionError
        ? 'lost'
        : String(error)
  }
}

const update = /^update/
const commit = /^commit/

describe('a bank', () => {
  it.each<[string, () => unknown, string, boolean]>([
    ['books a transfer', () => undefined, 'done', true],
    [
      'books nothing when an update is cut off before the server',
      () => server.faults.cut({ at: 'before', statement: update, nth: 2 }),
      'lost',
      false,
    ],
    [
      'books nothing when the answer of an update is lost',
      () => server.faults.cut({ at: 'after', statement: update, how: 'rst' }),
      'lost',
      false,
    ],
    [
      'books nothing when half of an answer is lost',
      () => server.faults.cut({ at: 'during-reply', statement: /^insert/ }),
      'lost',
      false,
    ],
    [
      'does not know when COMMIT is cut off before the server',
      () => server.faults.cut({ at: 'before', statement: commit }),
      'unknown',
      false,
    ],
    [
      'does not know when the answer of COMMIT is lost',
      () => server.faults.cut({ at: 'after', statement: commit }),
      'unknown',
      true,
    ],
    [
      'does not know when COMMIT is swallowed',
      () => server.faults.blackHole({ at: 'after', statement: commit }),
      'unknown',
      true,
    ],
    [
      'books after a delay',
      () => server.faults.delay({ ms: 50, statement: update, at: 'before' }),
      'done',
      true,
    ],
  ])('%s', async (_what, arm, told, booked) => {
    const before = await db.selectFrom('transfers').select('id').execute()
    const id = Math.max(0, ...before.map((row) => row.id)) + 1
    arm()
    expect(await transfer(id, id % 4, (id + 1) % 4)).toBe(told)
    const after = await db.selectFrom('transfers').select('id').where('id', '=', id).execute()
    expect(after).toHaveLength(booked ? 1 : 0)
  })

  it('holds what its transfers make, in the end', async () => {
    const transfers = await db.selectFrom('transfers').selectAll().execute()
    const expected = [100, 100, 100, 100]
    for (const { source, target } of transfers) {
      expected[source] = (expected[source] ?? 0) - 1
      expected[target] = (expected[target] ?? 0) + 1
    }
    const accounts = await db.selectFrom('accounts').selectAll().orderBy('id').execute()
    expect(accounts.map(({ balance }) => balance)).toEqual(expected)
  })
})
