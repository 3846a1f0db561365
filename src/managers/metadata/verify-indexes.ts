/**
 * Compares what a table's indexes hold with what the table holds, in one statement and so at one
 * instant. A UNIQUE index has no row where one of its columns is NULL, a plain index has all rows, an
 * ivfflat index an entry with a vector for each vector (4.2.0). Full-text indexes have a row a word, and
 * HNSW indexes have no rows: those are not compared.
 */
import { quoteIdentifier, quoteQualified } from '../../sql/identifiers.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'
import { type IndexTable, readIndexTables } from '../names/index-tables.js'
import { type Cell, readNumber } from './catalog-values.js'

/** One index against its table. */
export interface IndexCount {
  readonly index: string
  readonly kind: 'unique' | 'plain' | 'ivfflat'
  /** Rows of the table. */
  readonly expected: number
  /** Rows of the index. */
  readonly found: number
  readonly consistent: boolean
}

/** A table's indexes against the table. */
export interface IndexVerification {
  readonly table: string
  readonly rows: number
  readonly indexes: readonly IndexCount[]
  /** Whether every compared index agrees. */
  readonly consistent: boolean
  /** Indexes whose rows cannot be compared with the table's: full-text, HNSW and others. */
  readonly notCompared: readonly string[]
}

interface Comparison {
  readonly index: string
  readonly kind: IndexCount['kind']
  readonly expected: string
  readonly found: string
}

/** Counts a table and its indexes. */
export async function verifyIndexes(
  db: SqlExecutor,
  database: string,
  table: string,
): Promise<IndexVerification> {
  const parts = await readIndexTables(db, database, table)
  const comparisons = parts.flatMap((part) => compare(part, parts, database))
  const from = quoteQualified(database, table)
  const counts = [
    `(select count(*) from ${from}) as n`,
    ...comparisons.flatMap(({ expected, found }, number) => [
      `(select ${expected} from ${from}) as e${number}`,
      `(${found}) as f${number}`,
    ]),
  ]
  const [row = {}] = await executeSql<Record<string, Cell>>(db, `select ${counts.join(', ')}`)
  const indexes = comparisons.map(({ index, kind }, number) => {
    const expected = readNumber(row[`e${number}`])
    const found = readNumber(row[`f${number}`])
    return Object.freeze({ index, kind, expected, found, consistent: expected === found })
  })
  const compared = new Set(comparisons.map(({ index }) => index))
  const others = parts.map(({ index }) => index).filter((index) => !compared.has(index))
  return Object.freeze({
    table,
    rows: readNumber(row['n']),
    indexes: Object.freeze(indexes),
    consistent: indexes.every(({ consistent }) => consistent),
    notCompared: Object.freeze([...new Set(others)]),
  })
}

function compare(
  part: IndexTable,
  parts: readonly IndexTable[],
  database: string,
): readonly Comparison[] {
  const { index, type, algorithm, columns } = part
  const table = quoteQualified(database, part.table)
  const all = `select count(*) from ${table}`
  if (algorithm === 'ivfflat') {
    const metadata = parts.find((each) => each.index === index && each.part === 'metadata')
    if (part.part !== 'entries' || metadata === undefined) return []
    const version = `select cast(__mo_index_val as bigint) from ${quoteQualified(database, metadata.table)} where __mo_index_key = 'version'`
    return [
      {
        index,
        kind: 'ivfflat',
        expected: `count(${quoteIdentifier(columns[0] ?? '')})`,
        found: `select count(__mo_index_centroid_fk_entry) from ${table} where __mo_index_centroid_fk_version = (${version})`,
      },
    ]
  }
  if (algorithm !== '' && algorithm !== 'btree') return []
  if (type === 'MULTIPLE') return [{ index, kind: 'plain', expected: 'count(*)', found: all }]
  if (type !== 'UNIQUE') return []
  const present = columns.map((column) => `${quoteIdentifier(column)} is not null`).join(' and ')
  return [{ index, kind: 'unique', expected: `count(case when ${present} then 1 end)`, found: all }]
}
