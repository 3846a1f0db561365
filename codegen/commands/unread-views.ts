/** Views that the role may not select from: the catalog has their definition, and the columns of their creation. */
import type { SchemaModel, TableModel } from 'kysely-matrixone/schema'
import type { Settings } from '../config/settings.js'
import type { TableName } from '../read/table-patterns.js'
import { readIfThere } from '../workspace/files.js'
import { readSnapshot, type SchemaSource } from './source.js'

/**
 * Takes the columns of unread views from the snapshot file where their definition is the same there, so that
 * a column that the role cannot see is not called gone. The others stay unread.
 */
export async function trustUnreadViews(
  settings: Settings,
  source: SchemaSource,
): Promise<SchemaSource> {
  const { unreadViews } = source
  if (unreadViews.length === 0) return source
  const known = await readKnown(settings)
  const trusted = new Map<string, TableModel>()
  for (const name of unreadViews) {
    const view = findTable(source.model, name)
    const before = known && findTable(known, name)
    if (view !== undefined && before !== undefined && before.definition === view.definition) {
      const { columns, broken } = before
      trusted.set(keyOf(name), { ...view, columns, ...(broken && { broken }) })
    }
  }
  return {
    ...source,
    model: withTables(source.model, trusted),
    whole: withTables(source.whole, trusted),
    unreadViews: unreadViews.filter((name) => !trusted.has(keyOf(name))),
  }
}

async function readKnown(settings: Settings): Promise<SchemaModel | undefined> {
  const { snapshotFile } = settings
  if (snapshotFile === null || readIfThere(snapshotFile) === undefined) return undefined
  return (await readSnapshot(settings, snapshotFile)).whole
}

function findTable(
  { databases }: SchemaModel,
  { database, table }: TableName,
): TableModel | undefined {
  return databases.find(({ name }) => name === database)?.tables.find(({ name }) => name === table)
}

function withTables(model: SchemaModel, tables: ReadonlyMap<string, TableModel>): SchemaModel {
  if (tables.size === 0) return model
  return {
    ...model,
    databases: model.databases.map((database) => ({
      ...database,
      tables: database.tables.map(
        (table) => tables.get(keyOf({ database: database.name, table: table.name })) ?? table,
      ),
    })),
  }
}

function keyOf({ database, table }: TableName): string {
  return JSON.stringify([database, table])
}
