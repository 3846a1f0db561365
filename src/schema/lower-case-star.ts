import type { TableModel } from './schema-model.js'

/** Whether a name has capitals, which `select *` and `returning *` do not keep (3.0.14 to 4.2.0). */
export function hasCapitals(name: string): boolean {
  return name !== name.toLowerCase()
}

/**
 * Whether `select *` answers with other names than the table has. A view answers with the names that
 * its definition spells, and those are the model's.
 */
export function hasLowerCaseStar({ kind, columns }: TableModel): boolean {
  return kind !== 'view' && columns.some(({ name }) => hasCapitals(name))
}
