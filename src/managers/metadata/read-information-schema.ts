/**
 * The columns that a role without rights on the catalog can still read: `information_schema` answers for every
 * database without any grant (4.2.0). It does not know vector and full-text parameters, foreign-key
 * columns, ON UPDATE, enum members on 3.0.x, or which columns are hidden, and one instant cannot be
 * asked for.
 */
import { UntrustedMetadataError } from '../../errors.js'
import { sortedBy } from '../../schema/code-points.js'
import type { Draft } from '../../schema/draft.js'
import type { ColumnModel, TableKind, TableModel } from '../../schema/schema-model.js'
import { parseServerVersion } from '../../server/server-version.js'
import { type SqlExecutor, executeSql } from '../statement/execute.js'
import { writeTimeHint } from '../../sql/time-hint.js'
import { unknownDatabase } from './catalog-head.js'
import { writeGrants } from './catalog-grants.js'
import {
  type Cell,
  groupRows,
  readComment,
  readNullableText,
  readNumber,
  readText,
} from './catalog-values.js'
import { decodeDefault } from './decode-columns.js'
import { decodeIndexes } from './decode-indexes.js'
import { findWarnings } from './find-warnings.js'
import { isInsertOptional } from './insert-optional.js'
import type { DatabaseMetadata, ReadMetadataOptions } from './metadata-types.js'
import { parseDeclaredType } from './parse-declared-type.js'
import { toLiteral } from '../../sql/literals.js'
import { isIncluded, tableCondition } from './table-filter.js'

type Row<Column extends string> = Readonly<Record<Column, Cell>>
type TableRow = Row<'name' | 'kind' | 'remark'>
type ColumnRow = Row<
  | 'table_of'
  | 'name'
  | 'position'
  | 'fallback'
  | 'nullable'
  | 'declared'
  | 'extra'
  | 'remark'
  | 'expression'
>
type KeyRow = Row<
  'table_of' | 'name' | 'distinct_keys' | 'position' | 'column_of' | 'algo' | 'visible'
>

const kinds: Readonly<Record<string, TableKind>> = {
  'BASE TABLE': 'table',
  VIEW: 'view',
  'EXTERNAL TABLE': 'external',
  'CLUSTER TABLE': 'cluster',
}

/** The server's own columns; `__mo_note` is a legal name of a user's. */
const hiddenColumn = /^__mo_(rowid|fake_pk_col|cpkey_col|cbkey_.*)$/

/** Temporary tables and partitions, which `information_schema` does not mark. */
const hiddenTable = /^(__mo_tmp_[0-9a-f]{32}_|__mo_index_|%!%p\d*%!%)/

/**
 * Reads what `information_schema` has, with a warning that names the missing rights.
 *
 * @throws {UnknownObjectError} when no database is selected, or it does not exist
 * @throws {UntrustedMetadataError} when a table has no columns
 */
export async function readInformationSchema(
  db: SqlExecutor,
  { database, at, include, exclude }: ReadMetadataOptions,
): Promise<DatabaseMetadata> {
  const hint = at === undefined ? '' : writeTimeHint(at)
  const [server] = await executeSql<Row<'version' | 'current_database' | 'role'>>(
    db,
    'select @@version as version, database() as current_database, current_role() as role',
  )
  const wanted = database ?? readText(server?.current_database)
  const [schema] = await executeSql<Row<'name'>>(
    db,
    `select schema_name as name from information_schema.schemata ${hint} ` +
      `where schema_name in (${[...new Set([wanted, wanted.toLowerCase()])].map((each) => toLiteral(each)).join(', ')})`,
  )
  if (schema === undefined) throw unknownDatabase(wanted, hint)
  const name = readText(schema.name)
  const tables = await readTables(db, name, hint, { include, exclude })
  return Object.freeze({
    name,
    serverVersion: parseServerVersion(readText(server?.version)).text,
    subscription: null,
    tables,
    source: 'information_schema',
    unreadViews: Object.freeze(
      tables.filter(({ kind }) => kind === 'view').map((view) => view.name),
    ),
    warnings: Object.freeze([
      'This role may not read the catalog, so index parameters, vector metrics, foreign keys and ON ' +
        'UPDATE are not known and views were not checked. An account administrator can run:\n' +
        writeGrants(readText(server?.role)).join('\n'),
      ...findWarnings(tables),
    ]),
  })
}

async function readTables(
  db: SqlExecutor,
  database: string,
  hint: string,
  filter: ReadMetadataOptions,
): Promise<readonly TableModel[]> {
  const of = `where table_schema = ${toLiteral(database)}${tableCondition('table_name', filter)}`
  const tables = await executeSql<TableRow>(
    db,
    'select table_name as name, table_type as kind, table_comment as remark ' +
      `from information_schema.tables ${hint} ${of}`,
  )
  const columns = await executeSql<ColumnRow>(
    db,
    'select table_name as table_of, column_name as name, ordinal_position as position, ' +
      'column_default as fallback, is_nullable as nullable, column_type as declared, extra, ' +
      'column_comment as remark, generation_expression as expression ' +
      `from information_schema.columns ${hint} ${of}`,
  )
  const keys = await executeSql<KeyRow>(
    db,
    'select table_name as table_of, index_name as name, non_unique as distinct_keys, ' +
      'seq_in_index as position, column_name as column_of, index_type as algo, ' +
      `is_visible as visible from information_schema.statistics ${hint} ${of}`,
  )
  const listed = tables.filter(
    (row) =>
      kinds[readText(row.kind)] !== undefined &&
      !hiddenTable.test(readText(row.name)) &&
      isIncluded(readText(row.name), filter),
  )
  const columnsOf = groupRows(columns, (row) => row.table_of)
  const keysOf = groupRows(keys, (row) => row.table_of)
  const read = listed.map((row) => {
    const name = readText(row.name)
    return readTable(row, columnsOf.get(name) ?? [], keysOf.get(name) ?? [])
  })
  return Object.freeze(sortedBy(read, (table) => table.name))
}

function readTable(
  row: TableRow,
  columnRows: readonly ColumnRow[],
  keyRows: readonly KeyRow[],
): TableModel {
  const name = readText(row.name)
  const kind = kinds[readText(row.kind)] ?? 'table'
  const columns = columnRows
    .filter((column) => !hiddenColumn.test(readText(column.name)))
    .toSorted((a, b) => readNumber(a.position) - readNumber(b.position))
    .map((column) => readColumn(column, kind))
  if (columns.length === 0) {
    throw new UntrustedMetadataError(
      `information_schema lists the table ${name} but no column of it. Nothing was read; try again.`,
    )
  }
  const comment = readComment(row.remark)
  return Object.freeze({
    name,
    kind,
    columns: Object.freeze(columns),
    ...readKeys(keyRows, columns),
    ...(comment !== '' && { comment }),
  })
}

function readKeys(
  rows: readonly KeyRow[],
  columns: readonly ColumnModel[],
): ReturnType<typeof decodeIndexes> {
  return decodeIndexes(
    rows.map((row) => {
      const name = readText(row.name)
      const unique = readText(row.distinct_keys) === '0'
      return {
        table_id: null,
        id: null,
        name,
        type: name === 'PRIMARY' ? 'PRIMARY' : unique ? 'UNIQUE' : 'MULTIPLE',
        algo: row.algo,
        algo_table_type: '',
        algo_params: '',
        is_visible: readText(row.visible) === 'NO' ? 0 : 1,
        comment: '',
        column_name: row.column_of,
        ordinal_position: row.position,
        options: null,
        index_table_name: '',
      }
    }),
    columns,
  )
}

function readColumn(row: ColumnRow, kind: TableKind): ColumnModel {
  const isView = kind === 'view'
  const column: Draft<ColumnModel> = {
    name: readText(row.name),
    type: parseDeclaredType(readText(row.declared)),
  }
  const comment = readComment(row.remark)
  if (comment !== '') column.comment = comment
  if (readText(row.nullable) === 'YES') column.nullable = true
  if (isView) {
    if (column.nullable !== true) column.nullabilityUntrusted = true
    return Object.freeze(column)
  }
  const extra = readText(row.extra)
  if (/auto_increment/i.test(extra)) column.autoIncrement = true
  const fallback = decodeDefault(readNullableText(row.fallback))
  if (fallback !== null) column.default = fallback
  const generated = /^(stored|virtual) generated/i.exec(extra)?.[1]?.toLowerCase()
  const isGenerated = generated === 'stored' || generated === 'virtual'
  if (isGenerated) {
    column.generated = Object.freeze({ expression: readText(row.expression), kind: generated })
  }
  if (isInsertOptional(column, column.nullable === true || fallback !== null)) {
    column.insertOptional = true
  }
  if (kind === 'external' && !column.nullable) column.nullabilityUntrusted = true
  return Object.freeze(column)
}
