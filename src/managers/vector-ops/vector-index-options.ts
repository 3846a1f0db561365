import { checkOptions } from '../../options/check-options.js'
import {
  flag,
  integer,
  isObject,
  objectOf,
  oneOf,
  type OptionRules,
  required,
  text,
} from '../../options/option-rules.js'
import { quoteIdentifier } from '../../sql/identifiers.js'
import { toLiteral } from '../../sql/literals.js'
import { checkIndexName, checkVectorPlace, indexComment } from '../../schema/index-names.js'
import { quoteTable } from '../names/names.js'

/** The names of the distances that an index can serve. */
export const indexableMetrics = ['l2', 'cosine', 'ip'] as const

/**
 * The distances that an index can serve. MatrixOne also accepts `vector_l2sq_ops` and
 * `vector_l1_ops`, but no search ever uses such an index (4.2.0); `'l2'` serves both l2 functions.
 */
export type IndexableMetric = (typeof indexableMetrics)[number]

/** Element type that the entries of an ivfflat index are shortened to. */
export type IvfflatQuantization = 'float32' | 'float16' | 'bf16' | 'int8' | 'uint8'

interface CommonOptions {
  /** Default: `idx_` and the column's name. */
  readonly name?: string
  /** Default `'l2'`. A search uses the index only with the same metric. */
  readonly metric?: IndexableMetric
  readonly comment?: string
  /** Whether the index follows writes after about 10 s instead of at once; 4.1 and later. */
  readonly async?: boolean
}

/** An index of inverted lists: exact enough for most, cheap to build, follows writes at once. */
export interface IvfflatIndexOptions extends CommonOptions {
  readonly algorithm: 'ivfflat'
  /** The number of lists; about the square root of the number of rows. Default: 1, a full scan. */
  readonly lists?: number
  /** `int8` and `uint8` with metric `'l2'` only (4.2). */
  readonly quantization?: IvfflatQuantization
  /** Rebuilds the index by itself, every `days` at `hour` o'clock; 4.1 and later. */
  readonly autoUpdate?: { readonly days: number; readonly hour: number }
  /** Percent of the rows that the lists are learnt from. */
  readonly kmeansTrainPercent?: number
  readonly kmeansMaxIterations?: number
}

/** A graph index: fast and precise, slow to build, needs a bigint primary key. */
export interface HnswIndexOptions extends CommonOptions {
  readonly algorithm: 'hnsw'
  /** Neighbours of each node. */
  readonly m?: number
  /** Candidates while building. */
  readonly efConstruction?: number
  /** Candidates while searching. */
  readonly efSearch?: number
}

/** How a vector index is made. */
export type VectorIndexOptions = IvfflatIndexOptions | HnswIndexOptions

const COMMON: OptionRules<CommonOptions> = {
  name: text,
  metric: oneOf(...indexableMetrics),
  comment: text,
  async: flag,
}

const ALGORITHM = required(oneOf<VectorIndexOptions['algorithm']>('ivfflat', 'hnsw'))

interface Schedule {
  readonly days: number
  readonly hour: number
}

/** The rules for the days and hour of a rebuild. */
export const schedule: OptionRules<Schedule> = {
  days: required(integer(1)),
  hour: required(integer(0, 23)),
}

const IVFFLAT: OptionRules<IvfflatIndexOptions> = {
  algorithm: ALGORITHM,
  ...COMMON,
  lists: integer(1),
  quantization: oneOf<IvfflatQuantization>('float32', 'float16', 'bf16', 'int8', 'uint8'),
  autoUpdate: objectOf<Schedule>(schedule),
  kmeansTrainPercent: integer(1, 100),
  kmeansMaxIterations: integer(1),
}

const HNSW: OptionRules<HnswIndexOptions> = {
  algorithm: ALGORITHM,
  ...COMMON,
  m: integer(2),
  efConstruction: integer(1),
  efSearch: integer(1),
}

/** Checks the options of a vector index. */
export function checkVectorIndex(options: VectorIndexOptions): void {
  const isHnsw = isObject(options) && options['algorithm'] === 'hnsw'
  checkOptions('vectorOps.create', isHnsw ? HNSW : IVFFLAT, options)
}

/** The name that an index gets. */
export function vectorIndexName(column: string, options: VectorIndexOptions): string {
  return options.name ?? `idx_${column}`
}

/**
 * Writes `CREATE INDEX` for a vector column.
 *
 * @throws {ValueError} for a number that the server would refuse or ignore
 *
 * ```sql
 * create index `idx_embedding` using ivfflat on `articles` (`embedding`) lists = 100 op_type 'vector_cosine_ops'
 * ```
 */
export function createVectorIndexSql(
  table: string,
  column: string,
  options: VectorIndexOptions,
): string {
  checkVectorIndex(options)
  const { algorithm, metric = 'l2', comment, async = false } = options
  const name = checkIndexName(vectorIndexName(column, options), algorithm)
  checkVectorPlace(table, column)
  const parts = [
    `create index ${quoteIdentifier(name)} using ${algorithm}`,
    `on ${quoteTable(table)} (${quoteIdentifier(column)})`,
    ...(algorithm === 'ivfflat' ? ivfflatParts(options) : hnswParts(options)),
    `op_type 'vector_${metric}_ops'`,
  ]
  if (algorithm === 'ivfflat' && options.quantization !== undefined) {
    parts.push(`quantization ${toLiteral(options.quantization)}`)
  }
  if (algorithm === 'ivfflat' && options.autoUpdate !== undefined) {
    parts.push(autoUpdateSql(options.autoUpdate))
  }
  if (async) parts.push('async')
  if (comment !== undefined) parts.push(indexComment(comment))
  return parts.join(' ')
}

function ivfflatParts(options: IvfflatIndexOptions): string[] {
  return [
    ...setting('lists', options.lists),
    ...setting('kmeans_train_percent', options.kmeansTrainPercent),
    ...setting('kmeans_max_iteration', options.kmeansMaxIterations),
  ]
}

function hnswParts(options: HnswIndexOptions): string[] {
  return [
    ...setting('m', options.m),
    ...setting('ef_construction', options.efConstruction),
    ...setting('ef_search', options.efSearch),
  ]
}

function setting(name: string, value: number | undefined): string[] {
  return value === undefined ? [] : [`${name} = ${value}`]
}

/** Writes when an ivfflat index rebuilds itself. */
export function autoUpdateSql({ days, hour }: Schedule): string {
  return `auto_update = true day ${days} hour ${hour}`
}
