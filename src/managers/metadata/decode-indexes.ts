/**
 * Rows of `mo_indexes` are index table × column: a vector index has two or three, a full-text index
 * one a column. They are grouped by `index_table_name` too, since two full-text indexes without a
 * name differ in nothing else (4.2.0).
 */
import type { VectorIndexAlgorithm, VectorMetric } from '../../types/indexes.js'
import type { IndexRow } from './catalog-queries.js'
import {
  compareNames,
  createColumnResolver,
  readComment,
  readFlag,
  readNumber,
  readText,
} from './catalog-values.js'
import type {
  ColumnMetadata,
  FulltextIndexMetadata,
  IndexMetadata,
  VectorIndexMetadata,
} from './metadata-types.js'

/** All keys and indexes of one table. */
export interface TableIndexes {
  readonly primaryKey: readonly string[]
  readonly uniqueKeys: readonly IndexMetadata[]
  readonly indexes: readonly IndexMetadata[]
  readonly vectorIndexes: readonly VectorIndexMetadata[]
  readonly fulltextIndexes: readonly FulltextIndexMetadata[]
}

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
  columns: readonly ColumnMetadata[],
): TableIndexes {
  const resolve = createColumnResolver(columns.map(({ name }) => name))
  const rows = indexRows.map((row) => {
    const column = resolve(readText(row.column_name))
    return column === row.column_name ? row : { ...row, column_name: column }
  })
  const dimensionOf = (column: string): number =>
    columns.find(({ name }) => name === column)?.type.vector?.dimension ?? 0
  const vector = new Map<string, VectorIndexMetadata>()
  const fulltext: FulltextIndexMetadata[] = []
  const uniqueKeys: IndexMetadata[] = []
  const indexes: IndexMetadata[] = []
  let primaryKey: readonly string[] = Object.freeze([])
  for (const group of groupRows(rows)) {
    const [first] = group
    if (first === undefined) continue
    const algorithm = readText(first.algo)
    const name = readText(first.name)
    if (readText(first.type) === 'PRIMARY') primaryKey = readColumns(group)
    else if (vectorAlgorithms.has(algorithm)) {
      vector.set(name, decodeVectorIndex(group, dimensionOf))
    } else if (algorithm === 'fulltext') fulltext.push(decodeFulltextIndex(group))
    else (readText(first.type) === 'UNIQUE' ? uniqueKeys : indexes).push(decodeIndex(group))
  }
  return Object.freeze({
    primaryKey,
    uniqueKeys: sortByName(uniqueKeys),
    indexes: sortByName(indexes),
    vectorIndexes: sortByName([...vector.values()]),
    fulltextIndexes: sortByName(fulltext),
  })
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

function readShared(group: readonly IndexRow[]): {
  readonly name: string
  readonly visible: boolean
  readonly comment: string
} {
  const [first] = group
  return {
    name: readText(first?.name),
    visible: readFlag(first?.is_visible),
    comment: readComment(first?.comment),
  }
}

function decodeIndex(group: readonly IndexRow[]): IndexMetadata {
  const { prefix_lengths: prefixes = '' } = readParameters(group)
  return Object.freeze({
    ...readShared(group),
    columns: readColumns(group),
    algorithm: readText(group[0]?.algo),
    prefixLengths: Object.freeze(readPrefixLengths(prefixes)),
  })
}

function decodeVectorIndex(
  group: readonly IndexRow[],
  dimensionOf: (column: string) => number,
): VectorIndexMetadata {
  const [column = ''] = readColumns(group)
  const {
    op_type: operator = '',
    included_columns: included,
    ...parameters
  } = readParameters(group)
  const metric = /^vector_(\w+)_ops$/.exec(operator)?.[1] ?? ''
  return Object.freeze({
    ...readShared(group),
    column,
    algorithm: readText(group[0]?.algo) as VectorIndexAlgorithm,
    metric: metrics.has(metric) ? (metric as VectorMetric) : null,
    dimension: dimensionOf(column),
    include: Object.freeze(readIncluded(included)),
    parameters: Object.freeze(parameters),
  })
}

function decodeFulltextIndex(group: readonly IndexRow[]): FulltextIndexMetadata {
  const { parser = 'default', ...parameters } = readParameters(group)
  return Object.freeze({
    ...readShared(group),
    columns: readColumns(group),
    parser,
    parameters: Object.freeze(parameters),
  })
}

/** `algo_params` is a JSON object of texts, or `''`; anything else is read as no parameters. */
function readParameters(group: readonly IndexRow[]): Record<string, string> {
  const parsed = parseJson(readText(group[0]?.algo_params))
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return {}
  const entries = Object.entries(parsed).toSorted(([a], [b]) => compareNames(a, b))
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
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

function sortByName<T extends { readonly name: string; readonly columns?: readonly string[] }>(
  items: readonly T[],
): readonly T[] {
  if (items.length < 2) return Object.freeze(items)
  const key = (item: T): string => JSON.stringify([item.name, item.columns ?? []])
  return Object.freeze(
    items.toSorted((a, b) => compareNames(a.name, b.name) || compareNames(key(a), key(b))),
  )
}
