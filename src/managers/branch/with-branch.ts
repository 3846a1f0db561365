/**
 * A zero-copy branch of a database for the duration of a callback. The callback gets a pool of its own
 * whose connections have the branch as their current database. A `withSchema` handle would send
 * only what kysely builds to the branch, and raw SQL and the managers to the original; `USE` on
 * shared connections would have to be undone on each. A pool of its own is the only way for everything
 * run on the handle, and nothing else, to run on the branch.
 */
import { Kysely, WithSchemaPlugin } from 'kysely'
import { BranchError, UnknownObjectError, UnsupportedError } from '../../errors.js'
import { executeSql } from '../statement/execute.js'
import { quoteDatabase } from '../names/names.js'
import { runtimeOf } from '../statement/runtime-of.js'

/**
 * Runs the callback on a new branch of a database and drops the branch, also when it fails.
 *
 * @param name the branch
 */
export async function runOnBranch<T>(
  db: Kysely<unknown>,
  name: string,
  create: () => Promise<void>,
  callback: (branchDb: Kysely<unknown>) => Promise<T>,
): Promise<T> {
  if (db.isTransaction) {
    throw new UnsupportedError(
      'withBranch cannot run inside a transaction: its handle has connections of its own, which ' +
        'cannot see an uncommitted branch. Use branch.createTable, which takes part in the transaction.',
    )
  }
  const branchDb = openHandle(db, name)
  try {
    await create()
  } catch (error) {
    await branchDb.destroy()
    throw error
  }
  let outcome: { readonly value: T } | { readonly error: unknown }
  try {
    outcome = { value: await callback(branchDb) }
  } catch (error) {
    outcome = { error }
  }
  try {
    await removeBranch(db, branchDb, name)
  } catch (error) {
    const leftover = new BranchError(
      `The branch ${name} could not be dropped and is still there: drop database ${quoteDatabase(name)}.`,
      { cause: error },
    )
    if ('value' in outcome) throw leftover
    // The callback's own error is the one to report.
    process.emitWarning(leftover.message, { type: 'MatrixOneWarning' })
  }
  if ('error' in outcome) throw outcome.error
  return outcome.value
}

/** A pool on the database, with the class and the plugins of the handle that it comes from. */
function openHandle(db: Kysely<unknown>, database: string): Kysely<unknown> {
  const runtime = runtimeOf(db)
  if (runtime === undefined) {
    throw new UnsupportedError(
      'withBranch opens connections, which needs MatrixOneDialect. ' +
        'With another dialect use branch.createDatabase, a Kysely of your own on it, and branch.deleteDatabase.',
    )
  }
  const handle = new Kysely<unknown>({
    dialect: runtime.openDatabase(database),
    // A schema set on the original would lead every query back to it.
    plugins: db.getExecutor().plugins.filter((plugin) => !(plugin instanceof WithSchemaPlugin)),
  })
  return Object.setPrototypeOf(handle, Object.getPrototypeOf(db) as object) as Kysely<unknown>
}

/**
 * Its connections go first: a transaction left open there would hold locks. DATA BRANCH DELETE
 * DATABASE refuses when a table was created in the branch since (4.2.0), so it is dropped.
 */
async function removeBranch(
  db: Kysely<unknown>,
  branchDb: Kysely<unknown>,
  name: string,
): Promise<void> {
  await branchDb.destroy()
  try {
    await executeSql(db, `drop database ${quoteDatabase(name)}`)
  } catch (error) {
    if (!(error instanceof UnknownObjectError)) throw error
  }
}
