/**
 * Rows of `mo_indexes` are index table × column: a vector index has two or three, a full-text index
 * one a column. They are grouped by `index_table_name` too, since two full-text indexes without a
 * name differ in nothing else (4.2.0).
 */
import type { VectorIndexAlgorithm, VectorMetric } from '../../types/indexes.js'
import type { IndexRow } from './catalog-queries.js'
import { sortedBy } from '../../schema/code-points.js'
import type { Draft } from '../../schema/draft.js'
import type {
  ColumnModel,
  FulltextIndexModel,
  IndexModel,
  TableModel,
  VectorIndexModel,
} from '../../schema/schema-model.js'
import { type Identifiable, identityOf } from '../../schema/sort-model.js'
import {
  createColumnResolver,
  readComment,
  readFlag,
  readNumber,
  readText,
} from './catalog-values.js'
/** The keys and indexes of one table; what it has none of is absent. */
export type TableIndexes = Pick<
  TableModel,
  'primaryKey' | 'uniqueKeys' | 'indexes' | 'vectorIndexes' | 'fulltextIndexes'
>

const vectorAlgorithms: ReadonlySet<string> = new Set<VectorIndexAlgorithm>([
  'ivfflat',
  'hnsw',
  'ivfpq',
  'cagra',
])

const metrics: ReadonlySet<string> = new Set<VectorMetric>(['l2', 'l2sq', 'l1', 'ip', 'cosine'])

/** Turns the index rows of one table into its keys. */
export function decodeIndexes(
  indexRows: readonly IndexRow[],
  columns: readonly ColumnModel[],
): TableIndexes {
  const found: Draft<TableIndexes> = {}
  if (indexRows.length === 0) return found
  const resolve = createColumnResolver(columns.map(({ name }) => name))
  const rows = indexRows.map((row) => {
    const column = resolve(readText(row.column_name))
    return column === row.column_name ? row : { ...row, column_name: column }
  })
  const dimensionOf = (column: string): number =>
    columns.find(({ name }) => name === column)?.type.vector?.dimension ?? 0
  const vector = new Map<string, VectorIndexModel>()
  const fulltext: FulltextIndexModel[] = []
  const uniqueKeys: IndexModel[] = []
  const indexes: IndexModel[] = []
  for (const group of groupRows(rows)) {
    const [first] = group
    if (first === undefined) continue
    const algorithm = readText(first.algo)
    if (readText(first.type) === 'PRIMARY') found.primaryKey = readColumns(group)
    else if (vectorAlgorithms.has(algorithm)) {
      vector.set(readText(first.name), decodeVectorIndex(group, dimensionOf))
    } else if (algorithm === 'fulltext') fulltext.push(decodeFulltextIndex(group))
    else (readText(first.type) === 'UNIQUE' ? uniqueKeys : indexes).push(decodeIndex(group))
  }
  if (uniqueKeys.length > 0) found.uniqueKeys = sorted(uniqueKeys)
  if (indexes.length > 0) found.indexes = sorted(indexes)
  if (vector.size > 0) found.vectorIndexes = sorted([...vector.values()])
  if (fulltext.length > 0) found.fulltextIndexes = sorted(fulltext)
  return found
}

function sorted<Item extends Identifiable>(items: readonly Item[]): readonly Item[] {
  return Object.freeze(items.length < 2 ? items : sortedBy(items, identityOf))
}

function groupRows(rows: readonly IndexRow[]): Iterable<readonly IndexRow[]> {
  const groups = new Map<string, IndexRow[]>()
  for (const row of rows) {
    // Only the name, which comes last, can hold a blank.
    const key = [row.type, row.algo, row.index_table_name, row.name].map(readText).join(' ')
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  return groups.values()
}

/** In key order, without the row that stands for the primary key at the end of a plain index. */
function readColumns(group: readonly IndexRow[]): readonly string[] {
  const columns = group
    .filter((row) => !readText(row.column_name).startsWith('__mo_alias_'))
    .toSorted((a, b) => readNumber(a.ordinal_position) - readNumber(b.ordinal_position))
    .map((row) => readText(row.column_name))
  return Object.freeze([...new Set(columns)])
}

/** Fields that every kind of index may have. */
function addShared(
  index: { invisible?: true; comment?: string },
  group: readonly IndexRow[],
): void {
  const comment = readComment(group[0]?.comment)
  if (!readFlag(group[0]?.is_visible)) index.invisible = true
  if (comment !== '') index.comment = comment
}

function decodeIndex(group: readonly IndexRow[]): IndexModel {
  const index: Draft<IndexModel> = {
    name: readText(group[0]?.name),
    columns: readColumns(group),
  }
  const algorithm = readText(group[0]?.algo)
  const prefixLengths = readPrefixLengths(readParameters(group)['prefix_lengths'] ?? '')
  if (algorithm !== '') index.algorithm = algorithm
  if (Object.keys(prefixLengths).length > 0) index.prefixLengths = Object.freeze(prefixLengths)
  addShared(index, group)
  return Object.freeze(index)
}

function decodeVectorIndex(
  group: readonly IndexRow[],
  dimensionOf: (column: string) => number,
): VectorIndexModel {
  const [column = ''] = readColumns(group)
  const {
    op_type: operator = '',
    included_columns: included,
    ...parameters
  } = readParameters(group)
  const metric = /^vector_(\w+)_ops$/.exec(operator)?.[1] ?? ''
  const index: Draft<VectorIndexModel> = {
    name: readText(group[0]?.name),
    column,
    algorithm: readText(group[0]?.algo) as VectorIndexAlgorithm,
    metric: metrics.has(metric) ? (metric as VectorMetric) : null,
    dimension: dimensionOf(column),
  }
  const include = readIncluded(included)
  if (include.length > 0) index.include = Object.freeze(include)
  if (Object.keys(parameters).length > 0) index.parameters = Object.freeze(parameters)
  addShared(index, group)
  return Object.freeze(index)
}

function decodeFulltextIndex(group: readonly IndexRow[]): FulltextIndexModel {
  const { parser = 'default', ...parameters } = readParameters(group)
  const index: Draft<FulltextIndexModel> = {
    name: readText(group[0]?.name),
    columns: readColumns(group),
    parser,
  }
  if (Object.keys(parameters).length > 0) index.parameters = Object.freeze(parameters)
  addShared(index, group)
  return Object.freeze(index)
}

/** `algo_params` is a JSON object of texts, or `''`; anything else is read as no parameters. */
function readParameters(group: readonly IndexRow[]): Record<string, string> {
  const parsed = parseJson(readText(group[0]?.algo_params))
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return {}
  return Object.fromEntries(
    sortedBy(Object.entries(parsed), ([key]) => key).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )
}

/** `c:10`, several columns separated by commas. */
function readPrefixLengths(text: string): Record<string, number> {
  const pairs = text.split(',').flatMap((part) => {
    const colon = part.lastIndexOf(':')
    const length = Number(part.slice(colon + 1))
    return colon > 0 && Number.isInteger(length) ? [[part.slice(0, colon), length] as const] : []
  })
  return Object.fromEntries(pairs)
}

function readIncluded(text: string | undefined): readonly string[] {
  const parsed = parseJson(text ?? '')
  return Array.isArray(parsed) ? parsed.map(String) : []
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text)
  } catch {
    return null
  }
}
