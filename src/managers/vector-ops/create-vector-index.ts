import { UnsupportedError, VectorIndexError } from '../../errors.js'
import type { VectorIndexAlgorithm } from '../../types/indexes.js'
import { quoteIdentifier } from '../../sql/identifiers.js'
import { quoteTable } from '../names/names.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'
import { readCapabilities } from '../statement/read-capabilities.js'
import { withSessionVariables } from '../statement/session-variables.js'
import { wrapError } from '../statement/wrap-error.js'
import {
  createVectorIndexSql,
  type IvfflatIndexOptions,
  vectorIndexName,
  type VectorIndexOptions,
} from './vector-index-options.js'

const INSTEAD =
  "Set it when the connection is made: new MatrixOne({ hooks: ['enable_hnsw'] }), or create the index " +
  'outside the transaction.'

/**
 * Runs the callback where indexes of these algorithms can be made and rebuilt: `experimental_hnsw_index` is on
 * for HNSW (20101 otherwise), and off again afterwards. ivfflat needs no switch on any version seen.
 */
export async function withIndexAlgorithms<T>(
  db: SqlExecutor,
  algorithms: readonly VectorIndexAlgorithm[],
  callback: (one: SqlExecutor) => Promise<T>,
): Promise<T> {
  if (!algorithms.includes('hnsw')) return callback(db)
  return withSessionVariables(db, { experimental_hnsw_index: true }, INSTEAD, callback)
}

/** Creates one vector index, where `withIndexAlgorithms` has made that possible. */
export async function createVectorIndex(
  db: SqlExecutor,
  table: string,
  column: string,
  options: VectorIndexOptions,
): Promise<void> {
  const statement = createVectorIndexSql(table, column, options)
  await refuseMissingOptions(db, options)
  const name = vectorIndexName(column, options)
  await wrapError(
    VectorIndexError,
    `create the ${options.algorithm} index ${name} on ${table}`,
    () => executeSql(db, statement),
  )
}

/**
 * Warns of an ivfflat index that was made with fewer vectors than lists: it has one list without a centroid,
 * so that every search reads everything, and later rows do not change that (4.2.0).
 */
export async function warnOfFewVectors(
  db: SqlExecutor,
  table: string,
  column: string,
  options: VectorIndexOptions,
): Promise<void> {
  if (options.algorithm !== 'ivfflat') return
  const name = vectorIndexName(column, options)
  const { lists = 1 } = options
  const quoted = { table: quoteTable(table), column: quoteIdentifier(column) }
  const [row] = await executeSql<{ readonly n: unknown }>(
    db,
    `select count(*) as n from (select 1 from ${quoted.table} where ${quoted.column} is not null limit ${lists}) t`,
  )
  const vectors = Number(row?.n)
  if (vectors >= lists) return
  process.emitWarning(
    `The ivfflat index ${name} on ${table} was made for ${lists} lists from ${vectors} vectors: ` +
      'every search will read all rows until it is built again. Create it after loading, or call ' +
      `db.vectorOps.reindexAfterLoad('${table}') then.`,
    { type: 'MatrixOneWarning' },
  )
}

/** 3.0.x answers these with a bare syntax error; 4.1.4 accepts a quantization and forgets it. */
async function refuseMissingOptions(db: SqlExecutor, options: VectorIndexOptions): Promise<void> {
  const { autoUpdate, quantization, kmeansTrainPercent, kmeansMaxIterations } =
    options.algorithm === 'ivfflat' ? options : NO_IVFFLAT
  const kmeans = kmeansTrainPercent ?? kmeansMaxIterations
  if (options.async !== true && (autoUpdate ?? quantization ?? kmeans) === undefined) return
  const { indexAsync, indexAutoUpdate, indexKmeans, indexQuantization } = await readCapabilities(db)
  if (options.async === true && !indexAsync) throw missing('async', '4.1')
  if (autoUpdate !== undefined && !indexAutoUpdate) throw missing('autoUpdate', '4.1')
  if (kmeans !== undefined && !indexKmeans) throw missing('k-means options', '4.1')
  if (quantization !== undefined && !indexQuantization) throw missing('quantization', '4.2')
}

const NO_IVFFLAT: Omit<IvfflatIndexOptions, 'algorithm'> = {}

function missing(option: string, since: string): UnsupportedError {
  return new UnsupportedError(
    `A vector index with ${option} needs MatrixOne ${since}. Leave it out.`,
  )
}
