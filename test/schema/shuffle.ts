import type { DatabaseModel, SchemaModel, TableModel } from '../../src/schema/schema-model.js'

/** The same model with object keys and meaningless orders shuffled; columns keep their order. */
export function shuffled(model: SchemaModel, seed: number): SchemaModel {
  const random = makeRandom(seed)
  const list = <Item>(items: readonly Item[]): readonly Item[] =>
    items
      .map((item) => ({ item, rank: random() }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ item }) => item)
  const keys = <Value>(value: Value): Value => {
    if (Array.isArray(value)) return value.map((item: unknown) => keys(item)) as Value
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      list(Object.entries(value)).map(([key, member]) => [key, keys(member)]),
    ) as Value
  }
  const table = (found: TableModel): TableModel => {
    const { uniqueKeys, indexes, vectorIndexes, fulltextIndexes, foreignKeys } = found
    return {
      ...found,
      ...(uniqueKeys && { uniqueKeys: list(uniqueKeys) }),
      ...(indexes && { indexes: list(indexes) }),
      ...(vectorIndexes && { vectorIndexes: list(vectorIndexes) }),
      ...(fulltextIndexes && { fulltextIndexes: list(fulltextIndexes) }),
      ...(foreignKeys && { foreignKeys: list(foreignKeys) }),
    }
  }
  const database = (found: DatabaseModel): DatabaseModel => ({
    ...found,
    tables: list(found.tables.map(table)),
  })
  return keys({ ...model, databases: list(model.databases.map(database)) })
}

function makeRandom(seed: number): () => number {
  let state = seed >>> 0 || 1
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state
  }
}
