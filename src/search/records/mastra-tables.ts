/** The tables behind indexes of Mastra. Each says in its comment what it is: no other table is ever touched. */
import { type Kysely, sql } from 'kysely'
import { ConfigurationError, ValueError, VectorIndexError } from '../../errors.js'
import type { IndexableMetric } from '../../managers/vector-ops/vector-index-options.js'
import { vecf32 } from '../../types/data-types.js'
import { HandleNames } from '../../managers/names/handle-names.js'
import { parseTableReference } from '../../managers/names/names.js'
import { checkNewName } from '../../sql/identifiers.js'
import type { AnyHandle } from '../any-query.js'
import type { RecordColumns } from './record-rows.js'

/** Metrics in Mastra's words. */
export type MastraMetric = 'cosine' | 'euclidean' | 'dotproduct'

/** An index, as the comment of its table describes it. */
export interface MastraTable {
  readonly dimension: number
  readonly metric: MastraMetric
}

/** Metrics of MatrixOne by Mastra's words for them. */
export const metricOf: Readonly<Record<MastraMetric, IndexableMetric>> = {
  cosine: 'cosine',
  euclidean: 'l2',
  dotproduct: 'ip',
}

/** The columns of such a table as those of a record. */
export const columnsOf = (table: string): RecordColumns => ({
  table,
  id: 'id',
  vector: 'embedding',
  metadata: [],
  json: 'metadata',
})

/**
 * The handle without plugins: they would rename tables and columns that the store names itself.
 *
 * @throws {ConfigurationError} for a handle of `withSchema`, whose tables are in another database
 */
export function plainHandle(db: Pick<Kysely<unknown>, 'getExecutor'>): AnyHandle {
  const { database } = parseTableReference(new HandleNames(db).table('t'))
  if (database === undefined) return (db as AnyHandle).withoutPlugins()
  throw new ConfigurationError(
    `MatrixOneVector cannot take a handle of withSchema(${JSON.stringify(database)}). Connect to that database.`,
  )
}

/**
 * Creates the table of an index, unless there is one.
 *
 * @throws {ValueError} for a dimension that is not a whole number from 1 to 65,535, and another metric
 */
export async function createMastraTable(
  db: AnyHandle,
  name: string,
  { dimension, metric }: MastraTable,
): Promise<void> {
  checkNewName(name)
  if (name.includes('.')) {
    throw new ValueError(`The name of an index must not hold a dot, got ${JSON.stringify(name)}.`)
  }
  if (!Object.hasOwn(metricOf, metric)) {
    throw new ValueError(
      `createIndex takes the metrics ${Object.keys(metricOf).join(', ')}, got ${String(metric)}.`,
    )
  }
  await sql`create table if not exists ${sql.id(name)} (
    id varchar(255) primary key, embedding ${vecf32(dimension)}, metadata json
  ) comment ${sql.lit(`mastra(${dimension}, ${metric})`)}`.execute(db)
}

/**
 * Drops the table of an index.
 *
 * @throws {VectorIndexError} for an index that does not exist
 */
export async function dropMastraTable(db: AnyHandle, name: string): Promise<void> {
  await findMastraTable(db, name)
  await sql`drop table ${sql.id(name)}`.execute(db)
}

/** The indexes of the handle's database by name, or only the one of a name. */
export async function findMastraTables(
  db: AnyHandle,
  name?: string,
): Promise<ReadonlyMap<string, MastraTable>> {
  const only = name === undefined ? sql`` : sql`and relname = ${name.toLowerCase()}`
  const { rows } = await sql<{ relname: string; comment: string }>`
    select relname, rel_comment as comment from mo_catalog.mo_tables
    where reldatabase = database() and rel_comment like 'mastra(%' ${only} order by relname`.execute(
    db,
  )
  return new Map(rows.flatMap((row) => readTable(row.relname, row.comment)))
}

/** @throws {VectorIndexError} for an index that does not exist */
export async function findMastraTable(db: AnyHandle, name: string): Promise<MastraTable> {
  const table = (await findMastraTables(db, name)).get(name.toLowerCase())
  if (table !== undefined) return table
  throw new VectorIndexError(
    `This database has no Mastra index ${JSON.stringify(name)}. createIndex makes one; for a table of your own, ` +
      'use db.vectorIndex.',
  )
}

function readTable(name: string, comment: string): [string, MastraTable][] {
  const [, dimension, metric] =
    /^mastra\((\d+), (cosine|euclidean|dotproduct)\)$/.exec(comment) ?? []
  if (metric === undefined) return []
  return [[name, { dimension: Number(dimension), metric: metric as MastraMetric }]]
}
