import { schemaFormatVersion, type SchemaModel, type TableModel } from './schema-model.js'
import { sortModel } from './sort-model.js'

/** The tables of a database under its name, as the metadata manager hands them out. */
export interface NamedTables {
  readonly name: string
  readonly tables: readonly TableModel[]
}

/**
 * One schema model of one or several databases. The name of an only database is left out, so that
 * two databases with the same schema give the same model.
 */
export function toSchemaModel(databases: readonly NamedTables[]): SchemaModel {
  const isNamed = databases.length > 1
  return sortModel({
    formatVersion: schemaFormatVersion,
    databases: databases.map(({ name, tables }) => (isNamed ? { name, tables } : { tables })),
  })
}
