import { UnsupportedError } from '../errors.js'
import type {
  CheckModel,
  ColumnModel,
  ColumnTypeModel,
  ForeignKeyModel,
  IndexModel,
  PartitionsModel,
  TableModel,
} from './schema-model.js'
import { typeText } from './type-text.js'
import { closeComment } from '../sql/close-comment.js'
import { quoteIdentifier, quoteNewName, quoteQualified } from '../sql/identifiers.js'
import { toLiteral } from '../sql/literals.js'
import { checkIndexName, indexComment } from './index-names.js'

/**
 * Writes `CREATE TABLE` for a table of a schema model, with its keys and plain indexes; vector and
 * full-text indexes are made afterwards.
 *
 * @param database of the table, and of the parents of its foreign keys that name none
 * @throws {UnsupportedError} for what the model does not hold: views and external tables
 */
export function createTableSql(definition: TableModel, database?: string): string {
  const { name, kind, columns, comment, partitions, clusterBy } = definition
  if (kind !== 'table') {
    throw new UnsupportedError(
      `${name} is ${kind === 'external' ? 'an external table' : `a ${kind}`}, and the schema model ` +
        'does not hold all of its definition. ' +
        'Create it by its own SQL.',
    )
  }
  const lines = [
    ...columns.map(columnSql),
    ...(definition.primaryKey?.length
      ? [`primary key (${columnList(definition.primaryKey)})`]
      : []),
    ...(definition.uniqueKeys ?? []).map((key) => `unique ${keySql(key)}`),
    ...(definition.indexes ?? []).map(keySql),
    ...(definition.foreignKeys ?? []).map((key) => foreignKeySql(key, database)),
    ...(definition.checks ?? []).map(checkSql),
  ]
  const place = database === undefined ? '' : `${quoteIdentifier(database)}.`
  return [
    `create table ${place}${quoteNewName(name)} (\n  ${lines.join(',\n  ')}\n)`,
    ...(comment === undefined ? [] : [`comment = ${toLiteral(comment)}`]),
    ...(partitions === undefined ? [] : [partitionsSql(name, partitions)]),
    ...(clusterBy === undefined ? [] : [`cluster by (${columnList(clusterBy)})`]),
  ].join(' ')
}

/** Writes a check as CREATE TABLE and ALTER TABLE … ADD take it. */
export function checkSql({ name, expression }: CheckModel): string {
  const constraint = name === undefined ? '' : `constraint ${quoteIdentifier(name)} `
  return `${constraint}check (${closeComment(expression)})`
}

function partitionsSql(table: string, { by, count, parts }: PartitionsModel): string {
  if (by === undefined) {
    throw new UnsupportedError(
      `How ${table} is partitioned is not known: the model was read by a role that may not see it, or ` +
        'comes from an older snapshot. Read it again, or create the table by its own SQL.',
    )
  }
  const rule = closeComment(by)
  const list = parts?.map(
    (part) => `partition ${quoteIdentifier(part.name)} ${closeComment(part.values)}`,
  )
  if (list !== undefined) return `partition by ${rule} (${list.join(', ')})`
  return `partition by ${rule}${count === undefined ? '' : ` partitions ${count}`}`
}

/** Writes a column as CREATE TABLE and ALTER TABLE … ADD and MODIFY take it. */
export function columnSql(column: ColumnModel): string {
  const { name, type, generated, comment } = column
  const parts = [quoteIdentifier(name), typeSql(type, name)]
  if (generated !== undefined) {
    parts.push(`generated always as (${closeComment(generated.expression)}) ${generated.kind}`)
  }
  if (column.nullable !== true) parts.push('not null')
  if (column.autoIncrement === true) parts.push('auto_increment')
  if (column.default !== undefined) parts.push(`default ${closeComment(column.default)}`)
  if (column.onUpdate !== undefined) parts.push(`on update ${closeComment(column.onUpdate)}`)
  if (comment !== undefined) parts.push(`comment ${toLiteral(comment)}`)
  return parts.join(' ')
}

function typeSql(type: ColumnTypeModel, column: string): string {
  if (type.name === 'unknown') {
    throw new UnsupportedError(`The type of the column ${column} is not known to this version.`)
  }
  return typeText(type)
}

/** Writes a plain index as CREATE TABLE and ALTER TABLE … ADD take it; behind `unique` a unique key. */
export function keySql({ name, columns, algorithm, prefixLengths, comment }: IndexModel): string {
  const listed = columns.map((column) => {
    const length = prefixLengths?.[column]
    return quoteIdentifier(column) + (length === undefined ? '' : `(${length})`)
  })
  const using = algorithm === undefined || algorithm === '' ? '' : ` using ${algorithm}`
  const suffix = comment === undefined ? '' : ` ${indexComment(comment)}`
  return `key ${quoteIdentifier(checkIndexName(name))}${using} (${listed.join(', ')})${suffix}`
}

/**
 * Writes a foreign key as CREATE TABLE and ALTER TABLE … ADD take it.
 *
 * @param own the database of a parent that names none
 */
export function foreignKeySql(
  { name, columns, references, ...rules }: ForeignKeyModel,
  own?: string,
): string {
  const { database = own, table, columns: parents } = references
  return [
    ...(name === undefined ? [] : [`constraint ${quoteIdentifier(name)}`]),
    `foreign key (${columnList(columns)})`,
    `references ${quoteQualified(database, table)} (${columnList(parents)})`,
    ...(rules.onDelete === undefined ? [] : [`on delete ${rules.onDelete}`]),
    ...(rules.onUpdate === undefined ? [] : [`on update ${rules.onUpdate}`]),
  ].join(' ')
}

/** The quoted columns of a key, without parentheses. */
export function columnList(columns: readonly string[]): string {
  return columns.map(quoteIdentifier).join(', ')
}
