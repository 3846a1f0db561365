/** A bank whose books can be checked: what the program was told against what the tables hold. */
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { ConnectionError, UnknownOutcomeError } from 'kysely-matrixone'

export const ACCOUNTS = 40
const BALANCE = 1_000

/** Makes the tables; drops what an earlier run left. */
export async function openBank(db) {
  await sql`drop table if exists accounts`.execute(db)
  await sql`drop table if exists transfers`.execute(db)
  await sql`create table accounts (id int primary key, balance bigint)`.execute(db)
  await sql`create table transfers (id int primary key, source int, target int, amount int)`.execute(
    db,
  )
  const accounts = Array.from({ length: ACCOUNTS }, (_, id) => ({ id, balance: BALANCE }))
  await db.insertInto('accounts').values(accounts).execute()
}

/** Moves money in one transaction; rows are locked in any order, so that deadlocks happen. */
async function move(trx, { id, source, target, amount }) {
  const change = (account, by) =>
    trx
      .updateTable('accounts')
      .set((eb) => ({ balance: eb('balance', '+', by) }))
      .where('id', '=', account)
      .execute()
  await change(source, -amount)
  await change(target, amount)
  await trx.insertInto('transfers').values({ id, source, target, amount }).execute()
}

/**
 * Runs the transfers with so many workers; resolves with what the program was told of each, in the
 * order of their ends.
 */
export async function transfer(db, count, workers, { retry, atHalf }) {
  const told = new Map()
  let next = 0
  const work = async () => {
    while (next < count) {
      const id = next++
      if (id === Math.floor(count / 2)) atHalf()
      const [source, target] = pair()
      const order = { id, source, target, amount: 1 + Math.floor(Math.random() * 9) }
      try {
        await db
          .transaction()
          .retry(retry)
          .execute((trx) => move(trx, order))
        told.set(id, { verdict: 'done', at: performance.now() })
      } catch (error) {
        const verdict = error instanceof UnknownOutcomeError ? 'unknown' : 'failed'
        told.set(id, { verdict, error, at: performance.now() })
        // While the server is down every transfer fails at once.
        if (error instanceof ConnectionError) await sleep(500)
      }
    }
  }
  await Promise.all(Array.from({ length: workers }, work))
  return told
}

function pair() {
  const source = Math.floor(Math.random() * ACCOUNTS)
  const target = (source + 1 + Math.floor(Math.random() * (ACCOUNTS - 1))) % ACCOUNTS
  return [source, target]
}

/** Compares what the program was told with what the tables hold; an empty list is a sound bank. */
export async function audit(db, told) {
  const findings = []
  const transfers = await db.selectFrom('transfers').selectAll().execute()
  const accounts = await db.selectFrom('accounts').selectAll().execute()
  const booked = new Set(transfers.map(({ id }) => id))
  for (const [id, { verdict }] of told) {
    if (verdict === 'done' && !booked.has(id)) findings.push(`transfer ${id} was lost`)
    if (verdict === 'failed' && booked.has(id)) findings.push(`transfer ${id} failed and is booked`)
  }
  const expected = new Map(accounts.map(({ id }) => [id, BALANCE]))
  for (const { source, target, amount } of transfers) {
    expected.set(source, expected.get(source) - amount)
    expected.set(target, expected.get(target) + amount)
  }
  for (const { id, balance } of accounts) {
    if (balance !== expected.get(id)) {
      findings.push(`account ${id} holds ${balance}, its transfers make ${expected.get(id)}`)
    }
  }
  const total = accounts.reduce((sum, { balance }) => sum + balance, 0)
  if (total !== ACCOUNTS * BALANCE) findings.push(`the bank holds ${total}`)
  return { findings, booked }
}
