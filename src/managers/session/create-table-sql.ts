import { UnsupportedError } from '../../errors.js'
import { quoteIdentifier, quoteNewName, quoteQualified } from '../../sql/identifiers.js'
import { toLiteral } from '../../sql/literals.js'
import { indexComment } from '../names/index-names.js'
import { checkIndexName } from '../names/index-names.js'
import type {
  ColumnDefinition,
  ForeignKeyDefinition,
  KeyDefinition,
  TableDefinition,
  TypeDefinition,
} from './table-definition.js'

/**
 * Writes `CREATE TABLE` for a table of a schema snapshot file, with its keys and plain indexes;
 * vector and full-text indexes are made afterwards.
 *
 * @throws {UnsupportedError} for what a snapshot file does not hold: views, external and partitioned tables
 */
export function createTableSql(definition: TableDefinition): string {
  const { name, kind, partitioned, columns, comment } = definition
  if (kind !== 'table' || partitioned === true) {
    throw new UnsupportedError(
      `${name} is a ${partitioned === true ? 'partitioned table' : kind}: the snapshot does not hold ` +
        'how it was defined. Create it by its own SQL.',
    )
  }
  const lines = [
    ...columns.map(columnSql),
    ...(definition.primaryKey?.length
      ? [`primary key (${columnList(definition.primaryKey)})`]
      : []),
    ...(definition.uniqueKeys ?? []).map((key) => `unique ${keySql(key)}`),
    ...(definition.indexes ?? []).map(keySql),
    ...(definition.foreignKeys ?? []).map(foreignKeySql),
  ]
  const suffix = comment === undefined ? '' : ` comment = ${toLiteral(comment)}`
  return `create table ${quoteNewName(name)} (\n  ${lines.join(',\n  ')}\n)${suffix}`
}

function columnSql(column: ColumnDefinition): string {
  const { name, type, generated, comment } = column
  const parts = [quoteIdentifier(name), typeSql(type, name)]
  if (generated !== undefined) {
    parts.push(`generated always as (${generated.expression}) ${generated.kind}`)
  }
  if (column.nullable !== true) parts.push('not null')
  if (column.autoIncrement === true) parts.push('auto_increment')
  if (column.default !== undefined) parts.push(`default ${column.default}`)
  if (column.onUpdate !== undefined) parts.push(`on update ${column.onUpdate}`)
  if (comment !== undefined) parts.push(`comment ${toLiteral(comment)}`)
  return parts.join(' ')
}

function typeSql(type: TypeDefinition, column: string): string {
  const { name, vector, members, arrayOf, precision, scale, length, unsigned } = type
  if (name === 'unknown') {
    throw new UnsupportedError(`The type of the column ${column} is not known to this version.`)
  }
  if (vector !== undefined) return `${name}(${vector.dimension})`
  if (members !== undefined)
    return `${name}(${members.map((member) => toLiteral(member)).join(', ')})`
  if (arrayOf !== undefined) return `array(${arrayOf})`
  if (precision !== undefined) return `${name}(${precision}, ${scale ?? 0})`
  if (length !== undefined) return `${name}(${length})`
  if (scale !== undefined && scale > 0) return `${name}(${scale})`
  return unsigned === true ? `${name} unsigned` : name
}

function keySql({ name, columns, algorithm, prefixLengths, comment }: KeyDefinition): string {
  const listed = columns.map((column) => {
    const length = prefixLengths?.[column]
    return quoteIdentifier(column) + (length === undefined ? '' : `(${length})`)
  })
  const using = algorithm === undefined || algorithm === '' ? '' : ` using ${algorithm}`
  const suffix = comment === undefined ? '' : ` ${indexComment(comment)}`
  return `key ${quoteIdentifier(checkIndexName(name))}${using} (${listed.join(', ')})${suffix}`
}

function foreignKeySql({ name, columns, references, ...rules }: ForeignKeyDefinition): string {
  const { database, table, columns: parents } = references
  return [
    ...(name === undefined ? [] : [`constraint ${quoteIdentifier(name)}`]),
    `foreign key (${columnList(columns)})`,
    `references ${quoteQualified(database, table)} (${columnList(parents)})`,
    ...(rules.onDelete === undefined ? [] : [`on delete ${rules.onDelete}`]),
    ...(rules.onUpdate === undefined ? [] : [`on update ${rules.onUpdate}`]),
  ].join(' ')
}

function columnList(columns: readonly string[]): string {
  return columns.map(quoteIdentifier).join(', ')
}
