/** Tables of which no branch can be made that could ever be compared, found when the branch is made. */
import { BranchError, ServerError } from '../../errors.js'
import { rewrap } from '../../server/rewrap-error.js'
import {
  type DefinitionPlace,
  type DefinitionReport,
  readChanges,
  reportChanges,
  showChange,
} from '../definitions/definition-changes.js'
import { findUnfitKey } from '../definitions/unfit-key.js'
import { parseTableReference, quoteTable } from '../names/names.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'

/**
 * Reports how a branch differs from its source. A column of another type makes DIFF and MERGE fail for
 * good (20101 `different type attributes`), so such a branch is dropped again.
 *
 * @throws {BranchError} naming the column
 */
export async function assertBranched(
  db: SqlExecutor,
  branch: string,
  from: string,
  hint: string,
): Promise<DefinitionReport> {
  const source: DefinitionPlace = { ...parseTableReference(from), hint }
  const changes = await readChanges(db, source, parseTableReference(branch))
  const types = changes?.filter(({ property }) => property === 'type') ?? []
  if (types.length === 0) return reportChanges(`The branch ${branch}`, changes)
  await executeSql(db, `drop table ${quoteTable(branch)}`)
  throw new BranchError(
    `Could not create branch ${branch} of table ${from}: MatrixOne would change ${types.map(showChange).join(', ')}, ` +
      'and could then never compare or merge it. Spell the members in lower case and without backslashes, or make a ' +
      'copy that is not merged: clone.createTable.',
  )
}

/** The differences of a branch of a database; absent when there are none. */
export interface DatabaseBranchReport extends DefinitionReport {
  /** Tables with a column of another type: no DIFF, MERGE or PICK can ever read them. */
  readonly incomparable?: readonly string[]
}

/**
 * Reports how the tables of a branch differ from their sources. The branch stays: it may never be meant to
 * be merged, and its other tables can be.
 */
export async function reportDatabase(
  db: SqlExecutor,
  branch: string,
  from: string,
  hint: string,
): Promise<DatabaseBranchReport> {
  const changes = await readChanges(db, { database: from, hint }, { database: branch })
  const types = changes?.filter(({ property }) => property === 'type') ?? []
  if (types.length === 0) return reportChanges(`The branch ${branch}`, changes)
  const incomparable = Object.freeze([...new Set(types.map(({ table }) => table))])
  const what = `The branch ${branch}, in which ${incomparable.join(', ')} can never be compared or merged,`
  return Object.freeze({ ...reportChanges(what, changes), incomparable })
}

/**
 * Names the column for which the server refuses a branch.
 *
 * @param from a table, or all tables of a database
 */
export async function explainKey(
  db: SqlExecutor,
  from: DefinitionPlace,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof BranchError) || !(error.cause instanceof ServerError)) return error
  const key = await findUnfitKey(db, from, error)
  if (key === undefined) return error
  const { database, table } = from
  return rewrap(
    error,
    BranchError,
    `Could not branch ${table ?? `database ${String(database)}`}: in a branch the next value of the auto_increment ` +
      `column ${key} would be 10,000, which the type does not hold. Make the column a smallint or larger.`,
    { cause: error.cause },
  )
}
