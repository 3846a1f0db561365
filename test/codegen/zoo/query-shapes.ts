/** The ways in which a program reads whole rows; each keeps every column of the table. */
import type { Kysely } from 'kysely'

type Row = Readonly<Record<string, unknown>>
type Db = Kysely<Record<string, Record<string, unknown>>>

/** Reads every row of a table in one way. */
export type QueryShape = (db: Db, table: string) => Promise<readonly Row[]>

/** By what a reader calls them. */
export const queryShapes: Readonly<Record<string, QueryShape>> = {
  'selectAll()': (db, table) => db.selectFrom(table).selectAll().execute(),

  'a streamed join under an alias': async (db, table) => {
    const query = db
      .selectFrom(`${table} as t`)
      .innerJoin('zz_one as o', (join) => join.onTrue())
      .selectAll('t')
    const rows: Row[] = []
    for await (const row of query.stream(10)) rows.push(row)
    return rows
  },

  'selectAll() of a join': async (db, table) => {
    const rows = await db
      .selectFrom('zz_one')
      .innerJoin(`${table} as t`, (join) => join.onTrue())
      .selectAll()
      .execute()
    return rows.map((row) =>
      Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'zz_only')),
    )
  },

  'a common table expression of a union of derived tables': (db, table) =>
    db
      .with('c', (one) =>
        one
          .selectFrom(one.selectFrom(table).selectAll().as('d'))
          .selectAll()
          .unionAll(
            one
              .selectFrom(table)
              .selectAll()
              .where((eb) => eb.lit(false)),
          ),
      )
      .selectFrom('c')
      .selectAll('c')
      .execute(),
}

/** Thrown to undo what a transaction did. */
const undo = new Error('undo')

/** Reads the rows that a write returns, and undoes it. */
export async function readAndUndo(
  db: Db,
  write: (trx: Db) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  let rows: readonly Row[] = []
  await db
    .transaction()
    .execute(async (trx) => {
      rows = await write(trx)
      throw undo
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error
    })
  return rows
}

/** The rows that a DELETE returns. */
export const deleteReturningAll: QueryShape = (db, table) =>
  readAndUndo(db, (trx) =>
    trx
      .deleteFrom(table)
      .where((eb) => eb.lit(true))
      .returningAll()
      .execute(),
  )
