/** Parts of a schema with a `DB` of their own, for programs that query a few tables of many. */
import { findClosest } from '../../config/closest.js'
import { ConfigurationError } from '../../errors.js'
import { globMatcher } from '../../glob.js'
import { mayConcern, namesOf, type ResolvedEmitOptions } from './emit-options.js'
import { interfaceName, stringLiteral } from './identifiers.js'

/** A slice, ready to be written. */
export interface SlicePlan<Table> {
  /** `SearchDB` for the slice `search`. */
  readonly interfaceName: string
  /** For messages and comments. */
  readonly name: string
  readonly tables: readonly Table[]
}

/**
 * Chooses the tables of each slice.
 *
 * @param tables all of them, by their names in the database
 * @throws {ConfigurationError} naming what matches no table
 */
export function planSlices<Table extends { readonly key: string }>(
  tables: readonly Table[],
  { slices, leftOut }: Pick<ResolvedEmitOptions, 'slices' | 'leftOut'>,
): readonly SlicePlan<Table>[] {
  const unknown: string[] = []
  const plans = Object.entries(slices).map(([name, patterns]) => {
    const matchers = patterns.map((pattern) => ({ pattern, matches: globMatcher(pattern) }))
    for (const { pattern, matches } of matchers) {
      // Targets share slices, and a target has some of the tables only.
      const isKnown =
        tables.some(({ key }) => matches(key)) ||
        leftOut === 'any' ||
        leftOut.some(
          (table) => mayConcern(table, 'slices') && namesOf(table).some((name) => matches(name)),
        )
      if (!isKnown) unknown.push(complain(name, pattern, tables))
    }
    return {
      name,
      interfaceName: interfaceName(`${name}_DB`),
      tables: tables.filter(({ key }) => matchers.some(({ matches }) => matches(key))),
    }
  })
  if (unknown.length > 0) throw new ConfigurationError(unknown.join('\n'))
  return plans.filter((plan) => plan.tables.length > 0)
}

function complain(
  slice: string,
  pattern: string,
  tables: readonly { readonly key: string }[],
): string {
  const meant = findClosest(
    pattern,
    tables.map(({ key }) => key),
  )
  const hint = meant === undefined ? '' : ` Did you mean ${stringLiteral(meant)}?`
  return `slices.${slice} names ${stringLiteral(pattern)}, and there is no such table.${hint}`
}
