import { hasLowerCaseStar, readOption, type SchemaModel } from 'kysely-matrixone/schema'
import { type EmitOptions, resolveEmitOptions } from './emit-options.js'
import { warnOfMisreadNames } from './misread-names.js'
import { withOverriddenReads } from './overrides.js'

/** Surprises that a program meets with the file that is written; one sentence each. */
export function findSurprises(model: SchemaModel, options: EmitOptions): readonly string[] {
  const { schemaValue = true } = options
  return [
    ...warnOfMisreadNames(model),
    ...(schemaValue ? [] : [...warnOfCapitals(model), ...warnOfOwnReads(model, options)]),
  ]
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

function warnOfOwnReads(model: SchemaModel, options: EmitOptions): readonly string[] {
  const { types, columnTypes } = withOverriddenReads(model, resolveEmitOptions(options))
  const { databases } = model
  const columns = databases.flatMap(({ name: database, tables }) =>
    tables.flatMap((table) =>
      table.columns.flatMap(({ name, type }) => {
        const place = databases.length > 1 ? `${database ?? ''}.${table.name}` : table.name
        const read = columnTypes[`${place}.${name}`]
        const option = readOption(type)
        const isOwn = read !== undefined && option !== undefined && types[option] !== read
        return isOwn ? [`${place}.${name}`] : []
      }),
    ),
  )
  if (columns.length === 0) return []
  return [
    `${columns.join(', ')} ${columns.length === 1 ? 'is' : 'are'} generated with a type of ` +
      `${columns.length === 1 ? 'its' : 'their'} own, which the program learns from the schema value only. ` +
      'Choose it for all columns with types, or generate without --no-schema-value.',
  ]
}
