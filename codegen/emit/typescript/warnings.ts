import { hasLowerCaseStar, type SchemaModel } from 'kysely-matrixone/schema'
import type { EmitOptions } from './emit-options.js'
import { warnOfMisreadNames } from './misread-names.js'

/** Surprises that a program meets with the file that is written; one sentence each. */
export function findSurprises(
  model: SchemaModel,
  { schemaValue = true }: Pick<EmitOptions, 'schemaValue'>,
): readonly string[] {
  return [...warnOfMisreadNames(model), ...(schemaValue ? [] : warnOfCapitals(model))]
}

function warnOfCapitals({ databases }: SchemaModel): readonly string[] {
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
