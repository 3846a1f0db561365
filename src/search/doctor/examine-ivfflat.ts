/** An ivfflat index against its table, by the hidden tables that hold it. */
import { quoteQualified } from '../../sql/identifiers.js'
import { executeSql } from '../../managers/statement/execute.js'
import { readIndexTables } from '../../managers/names/index-tables.js'
import { type IvfStatistics, readIvfStatistics } from '../../managers/vector-ops/ivf-statistics.js'
import type { VectorIndexModel } from '../../schema/schema-model.js'
import { count, type Examined, type Findings, showKeys } from './examination.js'

/** Lists below that many entries are read in no time, however uneven they are. */
const FEWEST_IN_SKEWED = 500

/** Reads the statistics of an index and finds what is wrong with its lists and entries. */
export async function examineIvfflat(
  examined: Examined,
  index: VectorIndexModel,
  findings: Findings,
): Promise<IvfStatistics> {
  const statistics = await readIvfStatistics(examined.db, examined.found, index)
  judgeLists(statistics, findings)
  if (statistics.vectors > examined.sample) {
    findings.note(
      `The ${count(statistics.entries, 'entry')} of ${index.name} were counted and not compared with the rows one by one; raise \`sample\` to compare them.`,
    )
    judgeCounts(statistics, index, findings)
    return statistics
  }
  const parts = await readIndexTables(
    examined.db,
    examined.found.database,
    examined.found.table.name,
  )
  const part = parts.find((each) => each.index === index.name && each.part === 'entries')
  if (part !== undefined) {
    const entries =
      `${quoteQualified(examined.found.database, part.table)} x ` +
      `where x.__mo_index_centroid_fk_version = ${statistics.version} and x.__mo_index_centroid_fk_entry is not null`
    await comparePhantoms(examined, statistics, entries, findings)
    await compareMissing(examined, statistics, index, entries, findings)
  }
  return statistics
}

function judgeLists(statistics: IvfStatistics, findings: Findings): void {
  const { index, lists, centroids, usedLists, vectors, reindexReasons: reasons } = statistics
  const rebuild = `db.vectorOps.reindex('${statistics.table}', '${index}')`
  if (reasons.includes('built on an empty table')) {
    findings.add(
      'built-empty',
      index,
      `${index} was built when the table was empty: all ${count(vectors, 'vector')} are in one list, so every search reads all of them.`,
      `Rebuild it now that there are rows: ${rebuild}.`,
      { count: vectors },
    )
  }
  if (reasons.includes('fewer vectors than lists')) {
    findings.add(
      'built-empty',
      index,
      `${index} has ${count(lists, 'list')} and the table only ${count(vectors, 'vector')}: the server puts all of them into one list, and every search reads all of them.`,
      `Load more first, or rebuild it with fewer lists: db.vectorOps.reindex('${statistics.table}', '${index}', { lists: ${Math.max(1, Math.round(Math.sqrt(vectors)))} }).`,
      { count: vectors },
    )
  }
  if (reasons.includes('lists differ from the declaration')) {
    findings.add(
      'lists-differ',
      index,
      `${index} is declared with ${count(lists, 'list')} and has ${centroids}.`,
      `Rebuild it: ${rebuild}.`,
      { count: centroids },
    )
  }
  if (reasons.includes('empty lists')) {
    findings.add(
      'empty-lists',
      index,
      `${centroids - usedLists} of the ${count(centroids, 'list')} of ${index} are empty: searches spend part of their probe limit on them.`,
      `Rebuild it with fewer: db.vectorOps.reindex('${statistics.table}', '${index}', { lists: ${usedLists} }).`,
      { count: centroids - usedLists },
    )
  }
  if (reasons.includes('skewed') && statistics.largestList >= FEWEST_IN_SKEWED) {
    const average = Math.round(statistics.entries / Math.max(1, statistics.distribution.length))
    findings.add(
      'skewed-lists',
      index,
      `One list of ${index} holds ${statistics.largestList.toLocaleString('en-US')} entries where the average is ${average.toLocaleString('en-US')}: rows were added that the lists were not made for, and searches that read it are slow.`,
      `Rebuild it once: ${rebuild}, and look at its recall then. When one list stays as large, many vectors are nearly equal.`,
      { count: statistics.largestList },
    )
  }
}

function judgeCounts(statistics: IvfStatistics, index: VectorIndexModel, findings: Findings): void {
  const { entries, vectors } = statistics
  if (entries > vectors) addPhantoms(statistics, entries - vectors, [], findings)
  if (entries < vectors) addMissing(statistics, index, vectors - entries, [], findings)
}

/**
 * Rows with several entries, entries without a row.
 *
 * ```sql
 * select x.__mo_index_pri_col as found, count(*) as n from `__mo_index_secondary_…` x where … group by 1 having count(*) > 1
 * ```
 */
async function comparePhantoms(
  { db, from, rowKey, vector, keyColumn }: Examined,
  statistics: IvfStatistics,
  entries: string,
  findings: Findings,
): Promise<void> {
  const all = await executeSql<{ readonly found: unknown; readonly extra: number }>(
    db,
    `select x.__mo_index_pri_col as found, count(*) - 1 as extra from ${entries} ` +
      'group by x.__mo_index_pri_col having count(*) > 1',
  )
  const orphans = await executeSql<{ readonly found: unknown }>(
    db,
    `select x.__mo_index_pri_col as found from ${entries} and not exists ` +
      `(select 1 from ${from} t where t.${rowKey} = x.__mo_index_pri_col and t.${vector} is not null)`,
  )
  const extra = all.reduce((sum, row) => sum + Number(row.extra), 0) + orphans.length
  if (extra === 0) return
  const keys = keyColumn === undefined ? [] : [...all, ...orphans].map(({ found }) => found)
  addPhantoms(statistics, extra, keys.slice(0, 3), findings)
}

function addPhantoms(
  { table, index }: IvfStatistics,
  extra: number,
  examples: readonly unknown[],
  findings: Findings,
): void {
  findings.add(
    'phantom-entries',
    index,
    `${index} has ${count(extra, 'entry')}${showKeys(examples)} whose vector is in no row: searches give such rows twice, or at the distance of a vector that was never stored. INSERT IGNORE of an existing key leaves them.`,
    `Rebuild it: db.vectorOps.reindex('${table}', '${index}'). Write with ON DUPLICATE KEY UPDATE or REPLACE instead of INSERT IGNORE.`,
    { count: extra, examples },
  )
}

/** Rows with a vector and no entry; an asynchronous index may not have come to them. */
async function compareMissing(
  { db, from, rowKey, vector, keyColumn }: Examined,
  statistics: IvfStatistics,
  index: VectorIndexModel,
  entries: string,
  findings: Findings,
): Promise<void> {
  const absent = `from ${from} t where t.${vector} is not null and not exists (select 1 from ${entries} and x.__mo_index_pri_col = t.${rowKey})`
  const [row] = await executeSql<{ readonly n: number }>(db, `select count(*) as n ${absent}`)
  const missing = Number(row?.n ?? 0)
  if (missing === 0) return
  const examples =
    keyColumn === undefined
      ? []
      : await executeSql<{ readonly found: unknown }>(
          db,
          `select t.${keyColumn} as found ${absent} limit 3`,
        )
  addMissing(
    statistics,
    index,
    missing,
    examples.map(({ found }) => found),
    findings,
  )
}

function addMissing(
  { table }: IvfStatistics,
  { name, parameters }: VectorIndexModel,
  missing: number,
  examples: readonly unknown[],
  findings: Findings,
): void {
  const isAsync = parameters?.['async'] !== undefined
  findings.add(
    isAsync ? 'stale-index' : 'missing-entries',
    name,
    `${name} does not know ${count(missing, 'row')}${showKeys(examples)}: no search through it finds them.` +
      (isAsync ? ' It is asynchronous, and follows a write after 10 to 20 s.' : ''),
    isAsync
      ? `Wait by db.vectorOps.waitForIndex('${table}', '${name}'); if they stay, rebuild it: db.vectorOps.reindex('${table}', '${name}', { forceSync: true }).`
      : `Rebuild it: db.vectorOps.reindex('${table}', '${name}').`,
    { count: missing, examples },
  )
}
