import type { ColumnModel, SchemaModel, TableModel } from '../schema-model.js'

/**
 * The part of a model that format 1 knew, for a comparison with a model that was lifted from it: a
 * check that an older snapshot could not hold is not new.
 */
export function lowerModel(model: SchemaModel): SchemaModel {
  const databases = model.databases.map((database) => ({
    ...database,
    tables: database.tables.map(lowerTable),
  }))
  return { ...model, databases }
}

function lowerTable(table: TableModel): TableModel {
  const {
    checks: _checks,
    clusterBy: _clusterBy,
    definition: _definition,
    source: _source,
    partitions,
    columns,
    ...known
  } = table
  return { ...known, columns: columns.map(lowerColumn), ...(partitions && { partitions: {} }) }
}

function lowerColumn(column: ColumnModel): ColumnModel {
  const { srid, precision: _precision, scale: _scale, ...type } = column.type
  if (type.name === 'float' || type.name === 'double') return { ...column, type }
  if (srid === undefined) return column
  const { srid: _srid, ...known } = column.type
  return { ...column, type: known }
}
