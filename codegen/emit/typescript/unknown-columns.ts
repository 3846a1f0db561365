/** Options by column that name no column: they are misspelt, or the column is gone. */
import type { SchemaModel } from 'kysely-matrixone/schema'
import { findClosest } from '../../config/closest.js'
import { ConfigurationError } from '../../errors.js'
import { globMatcher, isGlob } from '../../glob.js'
import { type LeftOutTable, mayConcern, namesOf, type ResolvedEmitOptions } from './emit-options.js'
import { stringLiteral } from './identifiers.js'

/** The option, and how a message speaks of it. */
export interface NamingOption {
  /** `overrides`. */
  readonly option: string
  /** Completes "names x, …": `and there is no such column`. */
  readonly complaint: string
  /** The next line: the forms that a name can have. */
  readonly advice: string
}

/**
 * Refuses names and patterns that no column has. One that may be about a table that was left out passes:
 * targets share options, and a target has some of the tables only.
 *
 * @throws {ConfigurationError} naming all of them
 */
export function refuseUnknownColumns(
  unused: readonly string[],
  model: SchemaModel,
  { leftOut }: Pick<ResolvedEmitOptions, 'leftOut'>,
  { option, complaint, advice }: NamingOption,
): void {
  if (leftOut === 'any') return
  const tables = leftOut.filter((table) => mayConcern(table, option))
  const wrong = unused.filter((pattern) => !tables.some(mayHave(pattern)))
  if (wrong.length === 0) return
  const columns = columnsOf(model)
  const meant = wrong.flatMap((name) => (isGlob(name) ? [] : (findClosest(name, columns) ?? [])))
  const hint = meant.length === 0 ? '' : `Did you mean ${meant.map(stringLiteral).join(', ')}? `
  throw new ConfigurationError(
    `${option} names ${wrong.map(stringLiteral).join(', ')}, ${complaint}.\n${hint}${advice}`,
  )
}

/** Where the columns of a table are not known, its name decides; a glob can be about any of them. */
function mayHave(pattern: string): (table: LeftOutTable) => boolean {
  const matches = globMatcher(pattern)
  const name = pattern.toLowerCase()
  return (table) => {
    const { columns } = table
    const names = namesOf(table)
    return columns === undefined
      ? isGlob(pattern) || names.some((known) => name.startsWith(`${known}.`.toLowerCase()))
      : names.some((known) => columns.some((column) => matches(`${known}.${column}`)))
  }
}

function columnsOf({ databases }: SchemaModel): readonly string[] {
  return databases.flatMap(({ name: database, tables }) =>
    tables.flatMap(({ name: table, columns }) => {
      const place = databases.length > 1 ? `${database ?? ''}.${table}` : table
      return columns.map((column) => `${place}.${column.name}`)
    }),
  )
}
