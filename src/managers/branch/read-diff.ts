/**
 * Reads the rows of DATA BRANCH DIFF as the table types them. Four things differ from SELECT (4.2.0):
 * an ENUM comes as its ordinal, a SET as its bits; column names come in lower case; a column named
 * `flag` hides the diff's own `flag`; and a side is named by the bare table, so two tables of one name
 * in two databases, or a table and its own snapshot, look like one side.
 */
import { BranchError, UnsupportedError } from '../../errors.js'
import { quoteQualified } from '../../sql/identifiers.js'
import { executeSql, pinConnection, type SqlExecutor } from '../statement/execute.js'
import { parseDeclaredType } from '../metadata/parse-declared-type.js'
import { parseTableReference } from '../names/names.js'
import { readCapabilities } from '../statement/read-capabilities.js'
import type { DiffRow, DiffRowsOptions, RowChange } from './branch-types.js'
import { labelOf, writeColumns, writeDiff, writeOperand } from './operand.js'
import { readSummary, totalOf } from './read-summary.js'

type Cells = Readonly<Record<string, unknown>>
type Options = DiffRowsOptions<string, string>
type Side = DiffRow<Cells>['side']

const changes: Readonly<Record<string, RowChange>> = {
  INSERT: 'insert',
  UPDATE: 'update',
  DELETE: 'delete',
}

/** The differing rows of two tables. */
export async function readDiff(
  db: SqlExecutor,
  branch: string,
  options: Options,
): Promise<readonly DiffRow<Cells>[]> {
  return pinConnection(db, async (one) => {
    const columns = await findReaders(one, branch, options)
    const labels = { branch: labelOf(branch), against: labelOf(options.against) }
    if (labels.branch !== labels.against) {
      return readRows(one, branch, options, columns, (label) =>
        label === labels.against ? 'against' : 'branch',
      )
    }
    const summary = await readSummary(one, branch, options)
    if (totalOf(summary.against) === 0)
      return readRows(one, branch, options, columns, () => 'branch')
    if (totalOf(summary.branch) === 0)
      return readRows(one, branch, options, columns, () => 'against')
    return readUnderAlias(one, branch, options, columns)
  })
}

async function readRows(
  db: SqlExecutor,
  branch: string,
  options: Options,
  columns: ColumnReaders,
  sideOf: (label: string) => Side,
): Promise<readonly DiffRow<Cells>[]> {
  const rows = await executeSql<Cells>(
    db,
    writeDiff(branch, options) + writeColumns(options.columns) + writeLimit(options.limit),
  )
  // LIMIT 0 returns rows anyway (3.0.14).
  const wanted = options.limit === undefined ? rows : rows.slice(0, options.limit)
  return Object.freeze(wanted.map((row) => toDiffRow(row, columns, sideOf)))
}

function writeLimit(limit: number | undefined): string {
  if (limit === undefined) return ''
  return ` output limit ${limit}`
}

/** The diff's own columns are the first two; the rest is the row. */
function toDiffRow(
  cells: Cells,
  columns: ColumnReaders,
  sideOf: (label: string) => Side,
): DiffRow<Cells> {
  const [sideColumn = '', ...names] = Object.keys(cells)
    .filter((name) => name !== 'flag')
    .toSorted((a, b) => Number(b.startsWith('diff ')) - Number(a.startsWith('diff ')))
  const row: Record<string, unknown> = {}
  for (const name of names) {
    const value = cells[name]
    const column = columns.get(name.toLowerCase())
    row[column?.name ?? name] =
      value === null || column?.read === undefined ? value : column.read(value)
  }
  const change = changes[String(cells['flag'])]
  if (change === undefined) {
    throw new BranchError(`DIFF answered an unknown kind of change: ${String(cells['flag'])}.`)
  }
  return Object.freeze({
    side: sideOf(String(cells[sideColumn]).toLowerCase()),
    change,
    row: Object.freeze(row),
  })
}

/**
 * A branch of the branch has the same history under another name, so its diff is the same with the
 * sides told apart. It is a name in the catalog for a moment and no copy of the rows.
 */
async function readUnderAlias(
  db: SqlExecutor,
  branch: string,
  options: Options,
  columns: ColumnReaders,
): Promise<readonly DiffRow<Cells>[]> {
  if (db.isTransaction) {
    throw new BranchError(
      `Both sides have changes and both tables are named ${labelOf(branch)}, so DIFF does not tell which ` +
        'side a row is from. Use diffSummary(), or compare outside the transaction.',
    )
  }
  // connection_id is unique in the cluster, and this connection does one thing at a time.
  const [{ id } = { id: 0 }] = await executeSql<{ readonly id: number }>(
    db,
    'select connection_id() as id',
  )
  const { database } = parseTableReference(branch)
  const label = `__kmo_diff_${id}`
  const alias = database === undefined ? label : `${database}.${label}`
  await executeSql(
    db,
    `data branch create table ${quoteQualified(database, label)} from ${writeOperand(branch, options.snapshot)}`,
  )
  try {
    const { snapshot: _held, ...rest } = options
    return await readRows(db, alias, rest, columns, (side) =>
      side === label ? 'branch' : 'against',
    )
  } finally {
    await executeSql(db, `data branch delete table ${quoteQualified(database, label)}`)
  }
}

/** By lower-case name: the spelling of the column, and the reader of its values when not as sent. */
type ColumnReaders = ReadonlyMap<
  string,
  { readonly name: string; readonly read: ((value: unknown) => unknown) | undefined }
>

async function findReaders(
  db: SqlExecutor,
  branch: string,
  { columns }: Options,
): Promise<ColumnReaders> {
  const wanted =
    columns === undefined ? undefined : new Set(columns.map((name) => name.toLowerCase()))
  const { database, table } = parseTableReference(branch)
  // SHOW COLUMNS pastes the table's name into SQL of its own (4.2.0); here it is a value. The table
  // of a snapshot may be gone: its columns are then read as they come.
  const declared = await executeSql<{ readonly name: string; readonly type: string }>(
    db,
    'select column_name as name, column_type as type from information_schema.columns ' +
      'where table_schema = coalesce(?, database()) and table_name = ? order by ordinal_position',
    [database?.toLowerCase() ?? null, table.toLowerCase()],
  )
  const readers = new Map<
    string,
    { name: string; read: ((value: unknown) => unknown) | undefined }
  >()
  for (const { name, type } of declared) {
    const key = name.toLowerCase()
    if (wanted?.has(key) === false) continue
    if (key === 'flag') {
      throw new BranchError(
        `The column ${name} of ${branch} hides the diff's own column of that name. ` +
          'Leave it out with columns: […], or write the diff to a table with diffToTable().',
      )
    }
    if (/^(bit|binary|varbinary|blob)\b/i.test(type)) await assertBytes(db, branch, name, type)
    readers.set(key, { name, read: readerOf(type) })
  }
  return readers
}

async function assertBytes(
  db: SqlExecutor,
  branch: string,
  column: string,
  type: string,
): Promise<void> {
  const { branchDiffSendsBytes } = await readCapabilities(db)
  if (branchDiffSendsBytes) return
  throw new UnsupportedError(
    `${branch} has the column ${column} of type ${type}: before MatrixOne 4.2 DIFF sends an empty value for a BIT ` +
      'and bytes as text. Leave it out with columns: […], and read it by a SELECT.',
  )
}

function readerOf(type: string): ((value: unknown) => unknown) | undefined {
  const { name, members } = parseDeclaredType(type)
  if (members === undefined || members.length === 0) return undefined
  if (name === 'enum') return (value) => memberAt(members, value)
  return name === 'set' ? (value) => membersOf(members, value) : undefined
}

function memberAt(members: readonly string[], ordinal: unknown): unknown {
  return /^\d+$/.test(String(ordinal)) ? (members[Number(ordinal) - 1] ?? ordinal) : ordinal
}

function membersOf(members: readonly string[], bits: unknown): unknown {
  if (!/^\d+$/.test(String(bits))) return bits
  const set = BigInt(bits as string | number | bigint)
  return members.filter((_member, index) => (set >> BigInt(index)) & 1n).join(',')
}
