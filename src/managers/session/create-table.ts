import type { CreateTableBuilder, Kysely } from 'kysely'
import { UnsupportedError } from '../../errors.js'
import { refuseInPast } from '../../time-travel/time-travel-plugin.js'
import type { TableModel, VectorIndexModel } from '../../schema/schema-model.js'
import { executeSql, runInTransaction, type SqlExecutor } from '../statement/execute.js'
import {
  createFulltextIndex,
  type FulltextIndexOptions,
} from '../fulltext-index/create-fulltext-index.js'
import { createVectorIndex, withIndexAlgorithms } from '../vector-ops/create-vector-index.js'
import {
  type IndexableMetric,
  indexableMetrics,
  type VectorIndexOptions,
} from '../vector-ops/vector-index-options.js'
import { HandleNames, renameIndex } from '../names/handle-names.js'
import { refuseQuotesInName } from '../names/refuse-quotes-in-name.js'
import { createTableSql } from '../../schema/create-table-sql.js'
import { explainMissingType } from './explain-missing-type.js'

/** Adds columns and constraints to kysely's builder. */
export type TableBuild = (
  table: CreateTableBuilder<string, never>,
) => CreateTableBuilder<string, string>

/** A table of a schema model, or a name and what kysely's builder makes of it. */
export type TableSource =
  | readonly [definition: TableModel]
  | readonly [name: string, build: TableBuild]

/** The indexes that are made with a table. */
export interface TableIndexes {
  readonly vector?: readonly (VectorIndexOptions & { readonly column: string })[]
  readonly fulltext?: readonly (FulltextIndexOptions & { readonly columns: readonly string[] })[]
}

/** Creates a table, without vector and full-text indexes. */
export async function createTable(db: Kysely<unknown>, ...source: TableSource): Promise<void> {
  refuseInPast(db, 'createTable')
  const [table] = source
  const names = new HandleNames(db)
  await refuseQuotesInName(db, typeof table === 'string' ? names.table(table) : table.name)
  await explainMissingType(db, () =>
    source.length === 1
      ? executeSql(db, createTableSql(source[0], names.schema))
      : source[1](db.schema.createTable(source[0])).execute(),
  )
}

/** Creates a table and its indexes: all or nothing. */
export async function createTableWithIndexes(
  db: Kysely<unknown>,
  source: TableSource,
  indexes: TableIndexes,
): Promise<void> {
  const name = placeOf(source, new HandleNames(db))
  const { vector = [], fulltext = [] } =
    typeof source[0] === 'string' ? renamed(indexes, db) : indexes
  const algorithms = vector.map(({ algorithm }) => algorithm)
  const createAll = async (trx: SqlExecutor): Promise<void> => {
    await createTable(trx as Kysely<unknown>, ...source)
    for (const { column, ...options } of vector) await createVectorIndex(trx, name, column, options)
    for (const { columns, ...options } of fulltext) {
      await createFulltextIndex(trx, name, columns, options)
    }
  }
  await withIndexAlgorithms(db, algorithms, (one) => runInTransaction(one, createAll))
}

/** A definition has the names of the database already, which no plugin changes; only the database is the handle's. */
function placeOf([table]: TableSource, names: HandleNames): string {
  if (typeof table === 'string') return names.table(table)
  return names.schema === undefined ? table.name : `${names.schema}.${table.name}`
}

function renamed({ vector = [], fulltext = [] }: TableIndexes, db: Kysely<unknown>): TableIndexes {
  const names = new HandleNames(db)
  return {
    vector: vector.map((index) => ({
      ...renameIndex(index, names),
      column: names.column(index.column),
    })),
    fulltext: fulltext.map((index) => ({
      ...renameIndex(index, names),
      columns: names.columns(index.columns),
    })),
  }
}

/** The vector and full-text indexes of a table of a schema model; those without a name get one. */
export function indexesOf(definition: TableModel): TableIndexes {
  return {
    vector: (definition.vectorIndexes ?? []).map(toVectorIndex),
    fulltext: (definition.fulltextIndexes ?? []).map((index) => ({
      columns: index.columns,
      name: index.name === '' ? `ft_${index.columns.join('_')}` : index.name,
      ...(index.parser === 'default' ? {} : { parser: index.parser as 'ngram' }),
      ...(index.parameters?.['async'] === 'true' ? { async: true } : {}),
      ...(index.comment === undefined ? {} : { comment: index.comment }),
    })),
  }
}

const METRICS: readonly (string | null)[] = indexableMetrics

function toVectorIndex(index: VectorIndexModel): VectorIndexOptions & { readonly column: string } {
  const { name, column, algorithm, metric, include = [], parameters = {}, comment } = index
  if (algorithm !== 'ivfflat' && algorithm !== 'hnsw') {
    throw new UnsupportedError(
      `The index ${name} is ${algorithm}, which needs a server with a GPU.`,
    )
  }
  if (!METRICS.includes(metric)) {
    throw new UnsupportedError(
      `The index ${name} is for the metric ${metric ?? 'unknown'}, and no search uses such an index ` +
        '(4.2.0). Use l2, cosine or ip.',
    )
  }
  if (include.length > 0) {
    throw new UnsupportedError(
      `The index ${name} has INCLUDE columns: from about 20,000 rows on the server panics at every ` +
        'search with them (4.2.0), and 4.1 forgets them. Leave INCLUDE out.',
    )
  }
  const common = {
    name,
    column,
    metric: metric as IndexableMetric,
    ...(parameters['async'] === 'true' ? { async: true } : {}),
    ...(comment === undefined ? {} : { comment }),
  }
  const number = (option: string, parameter: string): Record<string, number> =>
    parameters[parameter] === undefined ? {} : { [option]: Number(parameters[parameter]) }
  if (algorithm === 'hnsw') {
    return {
      ...common,
      algorithm,
      ...number('m', 'm'),
      ...number('efConstruction', 'ef_construction'),
      ...number('efSearch', 'ef_search'),
    }
  }
  return {
    ...common,
    algorithm,
    ...number('lists', 'lists'),
    ...(parameters['quantization'] === undefined
      ? {}
      : { quantization: parameters['quantization'] as 'float32' }),
    ...(parameters['auto_update'] === 'true'
      ? {
          autoUpdate: {
            days: Number(parameters['day'] ?? 1),
            hour: Number(parameters['hour'] ?? 0),
          },
        }
      : {}),
  }
}
