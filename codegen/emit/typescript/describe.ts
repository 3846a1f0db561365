/** The hover text of a generated table or column, beyond its TypeScript type. */
import {
  type ColumnModel,
  type ColumnTypeModel,
  type ForeignKeyModel,
  hasCapitals,
  type IndexModel,
  isGeometry,
  isReadOnly,
  type TableModel,
  typeText,
} from 'kysely-matrixone/schema'
import type { ResolvedEmitOptions } from './emit-options.js'
import { describeMisreading } from './misread-names.js'
import { code, codes, commentLines } from './tsdoc.js'

const kindWords: Record<TableModel['kind'], string> = {
  table: 'Table',
  view: 'View',
  external: 'External table',
  cluster: 'Cluster table',
  'materialized view': 'Materialized view',
}

/** The lines about a table: its comment, its keys and indexes. */
export function describeTable(table: TableModel, key: string): readonly string[] {
  const facts = [
    `${kindWords[table.kind]} ${code(key)}`,
    ...(isReadOnly(table) ? ['read-only'] : []),
    ...(table.partitions ? ['partitioned'] : []),
    ...(table.primaryKey?.length ? [`primary key ${codes(table.primaryKey)}`] : []),
  ]
  const list = [
    ...(table.uniqueKeys ?? []).map((index) => `- unique key ${describeIndex(index)}`),
    ...(table.indexes ?? []).map((index) => `- index ${describeIndex(index)}`),
    ...(table.vectorIndexes ?? []).map(
      ({ name, column, algorithm, metric }) =>
        `- vector index ${code(name)} on ${code(column)} (${metric ? `${algorithm}, ${metric}` : algorithm})`,
    ),
    ...(table.fulltextIndexes ?? []).map(
      ({ name, columns, parser }) =>
        `- full-text index ${name ? `${code(name)} ` : ''}on ${codes(columns)}` +
        (parser === 'default' ? '' : ` (${code(parser)})`),
    ),
    ...(table.foreignKeys ?? []).map(describeForeignKey),
  ]
  const broken = table.broken ? ['', `Does not work now: ${code(table.broken)}.`] : []
  return [...paragraph(table.comment), `${facts.join(', ')}.`, ...list, ...broken]
}

/** The lines about a column: its comment, its SQL type and what the server does with it. */
export function describeColumn(
  column: ColumnModel,
  table: TableModel,
  { schemaValue }: Pick<ResolvedEmitOptions, 'schemaValue'>,
): readonly string[] {
  const { onUpdate, generated } = column
  // One after the other instead of spread together: a large schema has many columns.
  let facts = code(sqlType(column.type))
  if (column.autoIncrement) facts += ', auto_increment'
  if (column.default !== undefined) facts += `, default ${code(column.default)}`
  if (onUpdate !== undefined) facts += `, on update ${code(onUpdate)}`
  if (generated) facts += `, generated as ${code(generated.expression)} (${generated.kind})`
  if (column.type.bitmask) facts += ', as the bit mask of its members'
  if (isGeometry(column.type)) facts += `, ${geometryText(column.type)}`
  const more = warningsOf(column, table, schemaValue)
  const lines = more.length === 0 ? [facts] : [`${facts}.`, ...more]
  return column.comment ? [...paragraph(column.comment), ...lines] : lines
}

const none: readonly string[] = []

function warningsOf(
  { name }: ColumnModel,
  table: TableModel,
  schemaValue: boolean,
): readonly string[] {
  const misreading = describeMisreading(name)
  const more = misreading === undefined ? none : [misreading]
  if (name === '__proto__') {
    return ['mysql2 refuses a result with this name: select the column under an alias.', ...more]
  }
  // 4.2.0 lower-cases the names in `select *` and `returning *`, and mysql2 refuses this one name.
  if (!hasCapitals(name) || isReadOnly(table)) return more
  const raw = schemaValue ? 'Raw ' : ''
  return [`${raw}\`select *\` returns it as ${code(name.toLowerCase())}.`, ...more]
}

/** 4.1.4 and 4.2.0 take text for every shape but geometry32 (20203). */
function geometryText({ name }: ColumnTypeModel): string {
  const text = 'WKT text such as `POINT(1 2)`'
  return name === 'geometry32' ? `${text}, written by \`st_geomfromtext\`` : text
}

function paragraph(comment: string | undefined): readonly string[] {
  const lines = commentLines(comment ?? '')
  return lines.length === 0 ? [] : [...lines, '']
}

/** Members are left out: the type of the column lists them. */
function sqlType(type: ColumnTypeModel): string {
  return type.members === undefined ? typeText(type) : type.name
}

function describeIndex(index: IndexModel): string {
  return `${code(index.name)} on ${codes(index.columns)}${index.invisible ? ' (invisible)' : ''}`
}

function describeForeignKey({ columns, references }: ForeignKeyModel): string {
  const { database, table, columns: referenced } = references
  const parent = database === undefined ? table : `${database}.${table}`
  return `- foreign key ${codes(columns)} to ${code(`${parent} (${referenced.join(', ')})`)}`
}
