/**
 * DIFF never shows, and MERGE never moves, rows that were written to a branch in the transaction that made
 * it (4.2.0). The guard `newBranch` sees only the transactions of this client. So after a merge both tables
 * are compared row by row in one statement: they may differ in what DIFF counts, and in nothing else.
 */
import { MatrixOneError } from '../../errors.js'
import { quoteIdentifier } from '../../sql/identifiers.js'
import { parseTableReference, quoteTable } from '../names/names.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'
import { readCapabilities } from '../statement/read-capabilities.js'
import type { DiffSummary, UnverifiedReason } from './branch-types.js'
import { totalOf } from './read-summary.js'

interface ColumnRow {
  readonly name: string
  readonly type: string
  readonly isKey: number
  readonly isHidden: number
}

/** Sums come as text. */
interface Differences {
  readonly onlyBranch: string | number
  readonly onlyInto: string | number
  readonly changed: string | number
}

/**
 * Looks for a reason to doubt the counts.
 *
 * @returns undefined when the rows differ exactly as counted
 */
export async function findDoubt(
  db: SqlExecutor,
  branch: string,
  into: string,
  { branch: ours, against: theirs }: DiffSummary,
): Promise<UnverifiedReason | undefined> {
  // A row that both sides changed is counted on both, so the counts do not tell the number of rows.
  if (totalOf(ours) > 0 && totalOf(theirs) > 0) return 'both sides still differ'
  try {
    const columns = await readColumns(db, into)
    const key = columns.find(({ isKey }) => Number(isKey) === 1)
    if (key === undefined || key.name === '__mo_fake_pk_col') return 'no primary key'
    const { fullJoin } = await readCapabilities(db)
    const sql = writeComparison(branch, into, key, columns, fullJoin)
    const [found] = await executeSql<Differences>(db, sql)
    const isAsCounted =
      Number(found?.onlyBranch) === ours.inserted + theirs.deleted &&
      Number(found?.onlyInto) === ours.deleted + theirs.inserted &&
      Number(found?.changed) === ours.updated + theirs.updated
    return isAsCounted ? undefined : 'rows differ that DIFF does not show'
  } catch (error) {
    if (error instanceof MatrixOneError) return 'rows could not be compared'
    throw error
  }
}

/** A composite key is one hidden column, `__mo_cpkey_col`. */
async function readColumns(db: SqlExecutor, reference: string): Promise<readonly ColumnRow[]> {
  const { database, table } = parseTableReference(reference)
  return executeSql<ColumnRow>(
    db,
    'select attname as name, mo_show_visible_bin(atttyp, 3) as `type`, ' +
      "case when att_constraint_type = 'p' then 1 else 0 end as isKey, att_is_hidden as isHidden " +
      'from mo_catalog.mo_columns where account_id = current_account_id() ' +
      'and att_database = coalesce(?, database()) and att_relname = ? order by attnum',
    [database?.toLowerCase() ?? null, table.toLowerCase()],
  )
}

/**
 * Counts in one statement, so that both tables are read at one moment.
 *
 * ```sql
 * select sum(case when t.id is null then 1 else 0 end) as onlyBranch, … from `wip` as b
 * full outer join `stock` as t on b.`id` = t.`id`
 * ```
 */
function writeComparison(
  branch: string,
  into: string,
  key: ColumnRow,
  columns: readonly ColumnRow[],
  fullJoin: boolean,
): string {
  const name = quoteIdentifier(key.name)
  const same = columns
    .filter((column) => column !== key && Number(column.isHidden) === 0)
    .map((column) => `${valueOf('b', column)} <=> ${valueOf('t', column)}`)
  const count = (condition: string, label: string): string =>
    `coalesce(sum(case when ${condition} then 1 else 0 end), 0) as ${label}`
  const onKey = `on b.${name} = t.${name}`
  const [ours, theirs] = [`${quoteTable(branch)} as b`, `${quoteTable(into)} as t`]
  const onlyInto = count(`b.${name} is null`, 'onlyInto')
  const other = `(select ${onlyInto} from ${theirs} left join ${ours} ${onKey}) as onlyInto`
  return (
    `select ${count(`t.${name} is null`, 'onlyBranch')}, ${fullJoin ? onlyInto : other}, ` +
    'coalesce(sum(case ' +
    `when b.${name} is null or t.${name} is null${same.length === 0 ? ' or true' : ` or (${same.join(' and ')})`} ` +
    'then 0 else 1 end), 0) as changed ' +
    `from ${ours} ${fullJoin ? 'full outer' : 'left'} join ${theirs} ${onKey}`
  )
}

/** Geometries have no `<=>` (20203). */
function valueOf(alias: string, { name, type }: ColumnRow): string {
  const column = `${alias}.${quoteIdentifier(name)}`
  return /^(geometry|point|linestring|polygon|multi)/i.test(type) ? `st_astext(${column})` : column
}
