import type { FulltextIndexModel, TableModel, VectorIndexModel } from 'kysely-matrixone/schema'
import { propertyKey, stringLiteral } from './identifiers.js'

/** The searchable columns of one table, as members of the `[indexes]` type. */
export interface IndexEntries {
  /** By column; a column with several vector indexes (ivfflat and hnsw) has several types, a union. */
  readonly vector: ReadonlyMap<string, readonly string[]>
  /** By index name. */
  readonly fulltext: ReadonlyMap<string, string>
}

/**
 * The searchable indexes of a table; null when it has none.
 *
 * @param nameOf the name of a column in the types
 */
export function indexEntries(
  table: TableModel,
  nameOf: (column: string) => string = (column) => column,
): IndexEntries | null {
  const vector = new Map<string, string[]>()
  for (const index of table.vectorIndexes ?? []) {
    // An index for a distance that this version does not know cannot be searched through it.
    if (index.metric === null) continue
    const key = propertyKey(nameOf(index.column))
    vector.set(key, [...(vector.get(key) ?? []), vectorIndexType(index, index.metric)])
  }
  const fulltext = new Map(
    (table.fulltextIndexes ?? []).map((index) => [
      propertyKey(fulltextName(index)),
      `readonly [${index.columns.map((column) => stringLiteral(nameOf(column))).join(', ')}]`,
    ]),
  )
  return vector.size + fulltext.size === 0 ? null : { vector, fulltext }
}

function vectorIndexType({ name, algorithm, dimension }: VectorIndexModel, metric: string): string {
  const members = [
    `index: ${stringLiteral(name)}`,
    `algo: ${stringLiteral(algorithm)}`,
    `metric: ${stringLiteral(metric)}`,
    `dimension: ${dimension}`,
  ]
  return `{ ${members.join('; ')} }`
}

/** MatrixOne allows several unnamed full-text indexes in a table, but one for a set of columns. */
export function fulltextName({ name, columns }: FulltextIndexModel): string {
  return name === '' ? `fulltext(${columns.join(', ')})` : name
}
