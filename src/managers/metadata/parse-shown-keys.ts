/**
 * Keys and indexes from the text of SHOW CREATE TABLE, the only place where a subscribed table shows
 * them: `mo_indexes` and SHOW INDEX have no rows (4.2.0). Invisibility is not printed.
 */
import type { ForeignKeyRow, IndexRow } from './catalog-queries.js'

/** The text's keys as rows of the catalog's shape, so that one decoder serves both. */
export interface ShownKeys {
  readonly indexes: readonly IndexRow[]
  readonly foreignKeys: readonly ForeignKeyRow[]
}

const name = '`((?:[^`]|``)+)`'
const indexItem = new RegExp(
  `^(PRIMARY|UNIQUE|FULLTEXT|SPATIAL)?\\s*(?:KEY)?\\s*(?:${name})?\\s*(?:USING (\\w+))?\\s*\\(([^]*?)\\)([^()]*(?:INCLUDE \\([^()]*\\)[^()]*)?)$`,
  'i',
)
const foreignKeyItem = new RegExp(
  `^CONSTRAINT ${name} FOREIGN KEY \\(([^]*?)\\) REFERENCES (?:${name}\\.)?${name} \\(([^]*?)\\)` +
    '(?: ON DELETE (RESTRICT|CASCADE|SET NULL|NO ACTION|SET DEFAULT))?' +
    '(?: ON UPDATE (RESTRICT|CASCADE|SET NULL|NO ACTION|SET DEFAULT))?',
  'i',
)

/** Reads the keys among the items of a `CREATE TABLE` text. */
export function parseShownKeys(
  items: readonly string[],
  database: string,
  table: string,
): ShownKeys {
  const indexes: IndexRow[] = []
  const foreignKeys: ForeignKeyRow[] = []
  items.forEach((item, position) => {
    if (/^CONSTRAINT/i.test(item)) foreignKeys.push(...readForeignKey(item, database, table))
    else indexes.push(...readIndex(item, position))
  })
  return { indexes, foreignKeys }
}

function readIndex(item: string, position: number): readonly IndexRow[] {
  const comment = / COMMENT '((?:[^']|'')*)'$/i.exec(item)
  const [, kind = '', indexName = '', algorithm = '', columns = '', tail = ''] =
    indexItem.exec(comment === null ? item : item.slice(0, comment.index)) ?? []
  const algo = kind.toUpperCase() === 'FULLTEXT' ? 'fulltext' : shownAlgorithm(kind, algorithm)
  const parts = readColumnList(columns)
  const parameters = readParameters(tail)
  const prefixes = parts.flatMap((part) =>
    part.prefix === null ? [] : [`${part.name}:${part.prefix}`],
  )
  if (prefixes.length > 0) parameters['prefix_lengths'] = prefixes.join(',')
  return parts.map((part, index) => ({
    table_id: null,
    id: position,
    name: kind.toUpperCase() === 'PRIMARY' ? 'PRIMARY' : unquote(indexName),
    type: kind === '' ? 'MULTIPLE' : kind.toUpperCase(),
    algo,
    algo_table_type: '',
    algo_params: Object.keys(parameters).length === 0 ? '' : JSON.stringify(parameters),
    is_visible: 1,
    comment: comment?.[1] ?? '',
    column_name: part.name,
    ordinal_position: index + 1,
    options: null,
    index_table_name: String(position),
  }))
}

function shownAlgorithm(kind: string, algorithm: string): string {
  return kind.toUpperCase() === 'SPATIAL' ? 'rtree' : algorithm.toLowerCase()
}

function readForeignKey(item: string, database: string, table: string): readonly ForeignKeyRow[] {
  const match = foreignKeyItem.exec(item)
  if (match === null) return []
  const [, key = '', own = '', parentDatabase, parent = '', referred = '', onDelete, onUpdate] =
    match
  const parentColumns = readColumnList(referred)
  return readColumnList(own).map((column, index) => ({
    constraint_name: unquote(key),
    table_name: table,
    column_name: column.name,
    refer_db_name: parentDatabase === undefined ? database : unquote(parentDatabase),
    refer_table_name: unquote(parent),
    refer_column_name: parentColumns[index]?.name ?? '',
    on_delete: onDelete ?? 'RESTRICT',
    on_update: onUpdate ?? 'RESTRICT',
  }))
}

function readColumnList(
  text: string,
): readonly { readonly name: string; readonly prefix: string | null }[] {
  return [...text.matchAll(/`((?:[^`]|``)+)`(?:\((\d+)\))?/g)].map(([, column = '', prefix]) => ({
    name: unquote(column),
    prefix: prefix ?? null,
  }))
}

/** `lists = 2  op_type 'vector_l2_ops'  async`, `WITH PARSER ngram`, `INCLUDE (…)`. */
function readParameters(tail: string): Record<string, string> {
  const parameters: Record<string, string> = {}
  const parser = /WITH PARSER (\w+)/i.exec(tail)?.[1]
  if (parser !== undefined) parameters['parser'] = parser
  const operator = /op_type '(\w+)'/i.exec(tail)?.[1]
  if (operator !== undefined) parameters['op_type'] = operator
  const included = /INCLUDE \(([^()]*)\)/i.exec(tail)?.[1]
  if (included !== undefined) {
    const names = readColumnList(included).map((column) => column.name)
    parameters['included_columns'] = JSON.stringify(names)
  }
  for (const [, key = '', value = ''] of tail.matchAll(/(\w+) = '?(\w+)'?/g))
    parameters[key] = value
  if (/\basync\b/i.test(tail)) parameters['async'] = 'true'
  return parameters
}

function unquote(text: string): string {
  return text.replaceAll('``', '`')
}
