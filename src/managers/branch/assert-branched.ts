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
import { parseTableReference, quoteTable } from '../names/names.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'

/** The server lets the keys of a branch begin at 10,000 (1690 `AUTO_INCREMENT value 10000`, 4.2.0). */
const OUT_OF_RANGE = 1690

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
  if (!(error instanceof BranchError) || error.errno !== OUT_OF_RANGE) return error
  const { database, table } = from
  const rows = await executeSql<{
    readonly owner: string
    readonly name: string
    readonly type: string
  }>(
    db,
    'select att_relname as owner, attname as name, mo_show_visible_bin(atttyp, 3) as `type` ' +
      'from mo_catalog.mo_columns ' +
      'where account_id = current_account_id() and att_is_auto_increment = 1 and att_is_hidden = 0 ' +
      `and att_database = coalesce(?, database()) ${table === undefined ? '' : 'and att_relname = ?'}`,
    [database?.toLowerCase() ?? null, ...(table === undefined ? [] : [table.toLowerCase()])],
  ).catch(() => [])
  const column = rows.find(({ type }) => /^tinyint/i.test(type))
  if (column === undefined || !(error.cause instanceof ServerError)) return error
  return rewrap(
    error,
    BranchError,
    `Could not branch ${table ?? `database ${String(database)}`}: in a branch the next value of the auto_increment ` +
      `column ${column.owner}.${column.name} (${column.type}) would be 10,000, which the type does not hold. ` +
      'Make the column a smallint or larger.',
    { cause: error.cause },
  )
}
