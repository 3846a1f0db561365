/** The words about a table and its columns that the Markdown and the page share. */
import {
  type CheckModel,
  type ColumnModel,
  type ForeignKeyModel,
  type FulltextIndexModel,
  type IndexModel,
  type PartitionsModel,
  type TableModel,
  typeText,
  type VectorIndexModel,
} from 'kysely-matrixone/schema'

/** A line about a table: a few words, and the names or SQL that they are about. */
export interface Fact {
  readonly words: string
  readonly code: string
  readonly comment?: string
}

/** `Table`, `View`, … */
export const kindNames: Readonly<Record<TableModel['kind'], string>> = {
  table: 'Table',
  view: 'View',
  external: 'External table',
  cluster: 'Cluster table',
  'materialized view': 'Materialized view',
}

/** The type of a column as it would be declared. */
export function typeOf({ type }: ColumnModel): string {
  return typeText(type)
}

/** The rest of its declaration: `auto_increment`, `default 'en'`, … */
export function detailsOf(column: ColumnModel): readonly string[] {
  const { autoIncrement, default: value, onUpdate, generated } = column
  return [
    ...(autoIncrement ? ['auto_increment'] : []),
    ...(value === undefined ? [] : [`default ${value}`]),
    ...(onUpdate === undefined ? [] : [`on update ${onUpdate}`]),
    ...(generated === undefined ? [] : [`as (${generated.expression}) ${generated.kind}`]),
  ]
}

/** Keys, indexes, checks and storage of a table, a line each. */
export function factsOf(table: TableModel): readonly Fact[] {
  const { primaryKey, broken, clusterBy, partitions, source = {} } = table
  return [
    ...(broken === undefined ? [] : [{ words: 'Does not work now', code: broken }]),
    ...(primaryKey?.length ? [{ words: 'Primary key', code: listOf(primaryKey) }] : []),
    ...(table.uniqueKeys ?? []).map((index) => indexFact('Unique key', index)),
    ...(table.foreignKeys ?? []).map(foreignKeyFact),
    ...(table.vectorIndexes ?? []).map(vectorFact),
    ...(table.fulltextIndexes ?? []).map(fulltextFact),
    ...(table.indexes ?? []).map((index) => indexFact('Index', index)),
    ...(table.checks ?? []).map(checkFact),
    ...(partitions === undefined ? [] : [partitionFact(partitions)]),
    ...(clusterBy?.length ? [{ words: 'Clustered by', code: listOf(clusterBy) }] : []),
    ...Object.entries(source).map(([key, value]) => ({ words: 'Source', code: `${key}=${value}` })),
  ]
}

/** `(a, b)`. */
export function listOf(columns: readonly string[]): string {
  return `(${columns.join(', ')})`
}

/** `authors`, or `shop.authors` in another database. */
export function parentOf({ references }: ForeignKeyModel): string {
  const { database, table } = references
  return database === undefined ? table : `${database}.${table}`
}

function indexFact(words: string, index: IndexModel): Fact {
  const columns = index.columns.map((column) => {
    const length = index.prefixLengths?.[column]
    return length === undefined ? column : `${column}(${length})`
  })
  return fact(words, index, listOf(columns), index.algorithm)
}

function vectorFact(index: VectorIndexModel): Fact {
  const { column, algorithm, metric, dimension, parameters = {}, include } = index
  const details = [
    algorithm,
    metric ?? 'unknown metric',
    `${dimension} dimensions`,
    ...Object.entries(parameters).map(([key, value]) => `${key}=${value}`),
    ...(include === undefined ? [] : [`include ${listOf(include)}`]),
  ]
  return fact('Vector index', index, listOf([column]), details.join(', '))
}

function fulltextFact(index: FulltextIndexModel): Fact {
  const parser = index.parser === 'default' ? undefined : `parser ${index.parser}`
  return fact('Full-text index', index, listOf(index.columns), parser)
}

function foreignKeyFact(key: ForeignKeyModel): Fact {
  const rules = [
    ...(key.onDelete === undefined ? [] : [` on delete ${key.onDelete}`]),
    ...(key.onUpdate === undefined ? [] : [` on update ${key.onUpdate}`]),
  ]
  const parent = `${parentOf(key)} ${listOf(key.references.columns)}`
  const name = key.name === undefined ? '' : `${key.name} `
  return {
    words: 'Foreign key',
    code: `${name}${listOf(key.columns)} to ${parent}${rules.join('')}`,
  }
}

function checkFact({ name, expression }: CheckModel): Fact {
  return { words: 'Check', code: name === undefined ? expression : `${name}: ${expression}` }
}

function partitionFact({ by = '', count, parts = [] }: PartitionsModel): Fact {
  const details = [
    ...(by === '' ? [] : [by]),
    ...(count === undefined ? [] : [`${count} partitions`]),
    ...parts.map(({ name, values }) => `${name} ${values}`),
  ]
  return { words: 'Partitions', code: details.join(', ') }
}

function fact(
  words: string,
  {
    name,
    invisible,
    comment,
  }: { readonly name: string; readonly invisible?: true; readonly comment?: string },
  columns: string,
  details: string | undefined,
): Fact {
  const hidden = invisible ? ', invisible' : ''
  const more = details === undefined ? '' : `, ${details}`
  const code = `${name === '' ? '' : `${name} `}${columns}${more}${hidden}`
  return comment === undefined ? { words, code } : { words, code, comment }
}
