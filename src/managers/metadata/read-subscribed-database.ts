/**
 * A database that subscribes to another account's publication has no rows in `mo_tables`,
 * `mo_columns`, `mo_indexes` or `information_schema` (4.2.0): only SHOW knows it, at one
 * statement a table (SHOW CREATE TABLE, 2 ms; SHOW COLUMNS would take 50). Published views are not part of it.
 */
import { UntrustedMetadataError } from '../../errors.js'
import { sortedBy } from '../../schema/code-points.js'
import type { TableModel } from '../../schema/schema-model.js'
import { type SqlExecutor, executeSql } from '../statement/execute.js'
import type { CatalogHead } from './catalog-head.js'
import { type Cell, readText } from './catalog-values.js'
import { decodeForeignKeys } from './decode-foreign-keys.js'
import { decodeIndexes } from './decode-indexes.js'
import { findWarnings } from './find-warnings.js'
import type { DatabaseMetadata } from './metadata-types.js'
import { parseShowCreate } from './parse-show-create.js'
import { quoteIdentifier } from '../../sql/identifiers.js'
import { markBitmasks } from './read-catalog.js'
import { type TableFilter, isIncluded } from './table-filter.js'

/**
 * Reads a subscribed database as it is now.
 *
 * @throws {ServerError} when the publication was dropped or this account may no longer read it
 */
export async function readSubscribedDatabase(
  db: SqlExecutor,
  head: CatalogHead,
  filter: TableFilter,
): Promise<DatabaseMetadata> {
  const { database, subscribedBy, version } = head
  // SHOW TABLE STATUS fails when any table has a quote in its name (1105, 4.2.0).
  const shown = await executeSql<Record<string, Cell>>(
    db,
    `show full tables from ${quoteIdentifier(database)}`,
  )
  const tables: TableModel[] = []
  for (const row of shown) {
    const name = readText(Object.values(row)[0])
    if (isIncluded(name, filter)) tables.push(await readTable(db, database, name))
  }
  return Object.freeze({
    name: database,
    serverVersion: version.text,
    subscription: parseSubscription(subscribedBy ?? ''),
    tables: Object.freeze(
      markBitmasks(
        sortedBy(tables, (table) => table.name),
        head,
      ),
    ),
    source: 'show',
    unreadViews: [],
    warnings: Object.freeze([
      `${database} is a subscription, read from SHOW CREATE TABLE: it does not tell which indexes are ` +
        'invisible, and loses the backslashes in names and comments.',
      ...findWarnings(tables),
    ]),
  })
}

async function readTable(db: SqlExecutor, database: string, name: string): Promise<TableModel> {
  const path = `${quoteIdentifier(database)}.${quoteIdentifier(name)}`
  const [created] = await executeSql<Record<string, Cell>>(db, `show create table ${path}`)
  const text = readText(created?.['Create Table'])
  const shown = parseShowCreate(text, database, name)
  const { columns, keys, kind, comment, checks, partitions, clusterBy } = shown
  if (columns.length === 0) {
    throw new UntrustedMetadataError(
      `SHOW CREATE TABLE has no column for the subscribed table ${name}. Nothing was read; try again.`,
    )
  }
  const foreignKeys = decodeForeignKeys(
    keys.foreignKeys,
    database,
    columns.map((column) => column.name),
  )
  return Object.freeze({
    name,
    kind,
    columns,
    ...decodeIndexes(keys.indexes, columns),
    ...(comment !== '' && { comment }),
    ...(foreignKeys.length > 0 && { foreignKeys }),
    ...(checks.length > 0 && { checks }),
    ...(partitions !== null && { partitions }),
    ...(clusterBy.length > 0 && { clusterBy: Object.freeze(clusterBy) }),
  })
}

/** `create database x from acc publication p`, as the subscriber typed it. */
export function parseSubscription(sql: string): DatabaseMetadata['subscription'] {
  const match = /\bfrom\s+(?:`([^`]+)`|(\S+))\s+publication\s+(?:`([^`]+)`|([^\s;]+))/i.exec(sql)
  return Object.freeze({
    account: match?.[1] ?? match?.[2] ?? '',
    publication: match?.[3] ?? match?.[4] ?? '',
  })
}
