import type { TableModel } from '../../schema/schema-model.js'

/** Surprises that these tables hold for a program that reads them; one sentence each. */
export function findWarnings(tables: readonly TableModel[]): readonly string[] {
  return tables.flatMap((table) => [...warnOfProto(table), ...warnOfCase(table)])
}

/** mysql2 refuses such a result column and closes the connection on `select *` (3.24.5). */
function warnOfProto({ name, columns }: TableModel): readonly string[] {
  if (!columns.some((column) => column.name === '__proto__')) return []
  return [
    `${name} has a column __proto__: mysql2 refuses it and closes the connection on select *. ` +
      'Rename it, or select the other columns by name.',
  ]
}

/** `select *` and `RETURNING *` answer in lower case, an explicit list as it was written (3.0.14, 4.2.0). */
function warnOfCase({ name, kind, columns }: TableModel): readonly string[] {
  if (kind === 'view') return []
  const mixed = columns.filter((column) => column.name !== column.name.toLowerCase())
  if (mixed.length === 0) return []
  const names = mixed.map((column) => column.name).join(', ')
  return [
    `${name} has columns with capital letters (${names}): select * returns them in lower ` +
      'case, an explicit list as it was written. Select them by name.',
  ]
}
