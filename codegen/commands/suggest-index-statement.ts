/** The statements that give a table the keys and indexes that the files expect. */
import {
  checkSql,
  columnList,
  type Finding,
  foreignKeySql,
  type FulltextIndexModel,
  type IndexModel,
  indexComment,
  keySql,
  quoteIdentifier,
  type TableModel,
  type VectorIndexModel,
} from 'kysely-matrixone/schema'

/** Writes the statements for a finding about a key or index; null where there are none. */
export function suggestIndexStatement(
  { ruleId, index, actual }: Finding,
  place: string,
  old: TableModel,
): string | null {
  const [, kind = '', change = ''] =
    /^(unique-key|index|vector-index|fulltext-index|foreign-key|check)-(\w+)$/.exec(ruleId) ?? []
  if (index === undefined || kind === '') return null
  const name = change === 'renamed' ? actual : index
  const drop = change === 'removed' ? '' : dropIndex(kind, name, place)
  const add = change === 'added' ? '' : addIndex(kind, index, old, place)
  if (drop === null || add === null) return null
  return [drop, add].filter((statement) => statement !== '').join(';\n')
}

/** The statements for the indexes that CREATE TABLE does not take, as far as the model holds them. */
export function searchIndexStatements(
  { vectorIndexes = [], fulltextIndexes = [] }: TableModel,
  place: string,
): readonly string[] {
  return [
    ...vectorIndexes.map((index) => vectorIndexSql(index, place)),
    ...fulltextIndexes.map((index) => fulltextIndexSql(index, place)),
  ].filter((statement) => statement !== null)
}

/** MatrixOne 4.2.0 drops no CHECK. */
function dropIndex(kind: string, name: string | null, place: string): string | null {
  if (name === null || name === '' || kind === 'check') return null
  const what = kind === 'foreign-key' ? 'foreign key' : 'index'
  return `alter table ${place} drop ${what} ${quoteIdentifier(name)}`
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
      return fulltext ? fulltextIndexSql(fulltext, place) : null
    }
  }
}

function fulltextIndexSql(index: FulltextIndexModel, place: string): string | null {
  const { name, columns, parser } = index
  if (name === '') return null
  const how = parser === 'default' ? '' : ` with parser ${parser}`
  return `create fulltext index ${quoteIdentifier(name)} on ${place} (${columnList(columns)})${how}${commentSql(index)}`
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
