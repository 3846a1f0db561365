import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import type { MatrixOne } from 'kysely-matrixone'

/** The smallest query. */
export const selectOne = (db: Pick<Kysely<never>, 'getExecutor'>): Promise<unknown> =>
  sql`select 1 as one`.execute(db)

/** That many of the smallest query at once. */
export const selectMany = (db: MatrixOne<Record<string, never>>, count: number): Promise<unknown> =>
  Promise.all(Array.from({ length: count }, () => selectOne(db)))

/** The id of the server's session that a handle runs on. */
export async function connectionIdOf(db: Pick<Kysely<never>, 'getExecutor'>): Promise<number> {
  const { rows } = await sql<{ readonly id: unknown }>`select connection_id() as id`.execute(db)
  return Number(rows[0]?.id)
}

/** The ids of that many connections of a pool, which are all held until the last one is read. */
export async function heldConnectionIds(
  db: MatrixOne<Record<string, never>>,
  count: number,
): Promise<number[]> {
  const ids: number[] = []
  const hold = async (left: number): Promise<void> => {
    if (left === 0) return
    await db.connection().execute(async (pinned) => {
      ids.push(await connectionIdOf(pinned))
      await hold(left - 1)
    })
  }
  await hold(count)
  return ids
}

/**
 * Waits until the connection of an ended controlled transaction is back in its pool. kysely 0.28.0 answers
 * before, so the next statement would open one more connection than a recording has.
 */
export const givenBack = (): Promise<void> => nextTurn()
