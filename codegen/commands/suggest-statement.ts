/**
 * The statement that would give the database what the files expect, for a finding of a check. It is
 * text for the reader, and is never executed: it may lose rows.
 */
import {
  checkSql,
  columnList,
  columnSql,
  createTableSql,
  type Finding,
  foreignKeySql,
  type IndexModel,
  indexComment,
  keySql,
  quoteIdentifier,
  quoteQualified,
  type SchemaModel,
  type TableModel,
  toLiteral,
  type VectorIndexModel,
} from 'kysely-matrixone/schema'

/**
 * Suggests the statement for a finding; null where there is none, or the model does not hold all that it needs.
 *
 * @param expected the schema of the files
 */
export function suggestStatement(finding: Finding, expected: SchemaModel): string | null {
  const { database, table } = finding
  if (table === undefined) return null
  const old = expected.databases
    .find(({ name }) => name === database)
    ?.tables.find(({ name }) => name === table)
  try {
    return write(finding, quoteQualified(database, table), old)
  } catch {
    // A name or type that no statement of ours can have.
    return null
  }
}

function write(finding: Finding, place: string, old: TableModel | undefined): string | null {
  const { ruleId, actual, database } = finding
  const kind = /^(view|external table|table)/.exec(actual ?? '')?.[0]
  if (ruleId === 'table-added') return `drop ${kind === 'view' ? 'view' : 'table'} ${place}`
  if (old === undefined) return null
  if (ruleId === 'table-removed') {
    return old.kind === 'view' ? viewSql(old, place) : createTableSql(old, database)
  }
  if (ruleId === 'view-definition-changed') return viewSql(old, place)
  if (old.kind !== 'table') return null
  if (ruleId === 'table-comment-changed') {
    return `alter table ${place} comment = ${toLiteral(old.comment ?? '')}`
  }
  if (ruleId === 'primary-key-changed') {
    const changes = [
      ...(actual === null ? [] : ['drop primary key']),
      ...(old.primaryKey?.length ? [`add primary key (${columnList(old.primaryKey)})`] : []),
    ]
    return `alter table ${place} ${changes.join(', ')}`
  }
  return writeOfColumn(finding, place, old) ?? writeOfIndex(finding, place, old)
}

function viewSql({ definition }: TableModel, place: string): string | null {
  return definition === undefined ? null : `create or replace view ${place} as ${definition}`
}

function writeOfColumn({ ruleId, column }: Finding, place: string, old: TableModel): string | null {
  if (column === undefined) return null
  if (ruleId === 'column-added')
    return `alter table ${place} drop column ${quoteIdentifier(column)}`
  const model = old.columns.find(({ name }) => name === column)
  if (model === undefined) return null
  const verb = ruleId === 'column-removed' ? 'add' : 'modify'
  // ADD COLUMN takes the first member for a column's name, also on a table without rows (20301, 4.2.0).
  const { type, nullable, default: value } = model
  if (verb === 'add' && type.name === 'enum' && !nullable && value === undefined) return null
  return `alter table ${place} ${verb} column ${columnSql(model)}`
}

function writeOfIndex({ ruleId, index }: Finding, place: string, old: TableModel): string | null {
  const [, kind = '', change = ''] =
    /^(unique-key|index|vector-index|fulltext-index|foreign-key|check)-(added|removed)$/.exec(
      ruleId,
    ) ?? []
  if (index === undefined || kind === '') return null
  if (change === 'added') {
    if (kind === 'foreign-key')
      return `alter table ${place} drop foreign key ${quoteIdentifier(index)}`
    return kind === 'check' ? null : `alter table ${place} drop index ${quoteIdentifier(index)}`
  }
  const added = addIndex(kind, index, old, place)
  return added
}

function addIndex(kind: string, index: string, old: TableModel, place: string): string | null {
  const named = <Item extends { readonly name?: string }>(
    items: readonly Item[] = [],
  ): Item | undefined => items.find(({ name }) => name === index)
  const add = (part: string): string => `alter table ${place} add ${part}`
  switch (kind) {
    case 'unique-key': {
      const key = named(old.uniqueKeys)
      return key ? add(`unique ${keySql(key)}`) : null
    }
    case 'index': {
      const key = named(old.indexes)
      return key ? add(keySql(key)) : null
    }
    case 'foreign-key': {
      const key = named(old.foreignKeys)
      return key ? add(foreignKeySql(key)) : null
    }
    case 'check': {
      const check = named(old.checks)
      return check ? add(checkSql(check)) : null
    }
    case 'vector-index': {
      const vector = named(old.vectorIndexes)
      return vector ? vectorIndexSql(vector, place) : null
    }
    default: {
      const fulltext = named(old.fulltextIndexes)
      if (fulltext === undefined || fulltext.name === '') return null
      const parser = fulltext.parser === 'default' ? '' : ` with parser ${fulltext.parser}`
      return `create fulltext index ${quoteIdentifier(fulltext.name)} on ${place} (${columnList(fulltext.columns)})${parser}${commentSql(fulltext)}`
    }
  }
}

const parameterWords: ReadonlySet<string> = new Set(['lists', 'm', 'ef_construction', 'ef_search'])

function vectorIndexSql(index: VectorIndexModel, place: string): string | null {
  const { name, column, algorithm, metric, parameters = {}, include } = index
  const isWritable = Object.entries(parameters).every(
    ([key, value]) => parameterWords.has(key) && /^\d+$/.test(value),
  )
  if (!isWritable || metric === null || include !== undefined) return null
  const words = Object.entries(parameters).map(([key, value]) => ` ${key} = ${value}`)
  return (
    `create index ${quoteIdentifier(name)} using ${algorithm} on ${place} (${quoteIdentifier(column)})` +
    `${words.join('')} op_type 'vector_${metric}_ops'${commentSql(index)}`
  )
}

function commentSql({ comment }: Pick<IndexModel, 'comment'>): string {
  return comment === undefined ? '' : ` ${indexComment(comment)}`
}
