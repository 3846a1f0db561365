import { hasLowerCaseStar, type SchemaModel } from 'kysely-matrixone/schema'
import type { EmitOptions } from './emit-options.js'

/** Surprises that a program meets with the file that is written; one sentence each. */
export function findSurprises(
  { databases }: SchemaModel,
  { schemaValue = true }: Pick<EmitOptions, 'schemaValue'>,
): readonly string[] {
  if (schemaValue) return []
  const names = databases.flatMap(({ tables }) =>
    tables.filter(hasLowerCaseStar).map(({ name }) => name),
  )
  if (names.length === 0) return []
  return [
    `${names.join(', ')} ${names.length === 1 ? 'has' : 'have'} column names with capitals, which ` +
      'selectAll() and returningAll() return in lower case without the schema value. ' +
      'Select such columns by name, or generate without --no-schema-value.',
  ]
}
