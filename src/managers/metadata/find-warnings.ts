import type { TableModel } from '../../schema/schema-model.js'

/** Surprises that these tables hold for a program that reads them; one sentence each. */
export function findWarnings(tables: readonly TableModel[]): readonly string[] {
  return tables.flatMap(warnOfProto)
}

/** mysql2 refuses such a result column and closes the connection on `select *` (3.24.5). */
function warnOfProto({ name, columns }: TableModel): readonly string[] {
  if (!columns.some((column) => column.name === '__proto__')) return []
  return [
    `${name} has a column __proto__: mysql2 refuses it and closes the connection on select *. ` +
      'Rename it, or select the other columns by name.',
  ]
}
