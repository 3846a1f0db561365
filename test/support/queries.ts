import { type Kysely, sql } from 'kysely'

/** The smallest query. */
export const selectOne = (db: Pick<Kysely<never>, 'getExecutor'>): Promise<unknown> =>
  sql`select 1 as one`.execute(db)

/** The id of the server's session that a handle runs on. */
export async function connectionIdOf(db: Pick<Kysely<never>, 'getExecutor'>): Promise<number> {
  const { rows } = await sql<{ readonly id: unknown }>`select connection_id() as id`.execute(db)
  return Number(rows[0]?.id)
}
