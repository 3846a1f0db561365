/** The legs of a hybrid search: what `leg.vector` and `leg.text` make. */
import { ValueError } from '../../errors.js'
import type { VectorInput } from '../../types/column-types.js'
import type { AnyHandle } from '../any-query.js'
import { createMatch, type Match } from '../text/match.js'
import { type TextQuery, toTextQuery } from '../text/text-query.js'
import type { RowOf } from '../vector/row-of.js'
import { readSource } from '../vector/read-source.js'
import { rowBudgetOf } from '../vector/row-budget.js'
import { checkVectorOptions, type VectorSearchOptions } from '../vector/vector-options.js'
import type { VectorState } from '../vector/vector-state.js'
import { findTarget } from '../vector/vector-target.js'

/** A leg that finds rows by a vector. */
export class VectorLeg {
  readonly weight: number
  /** The parts of a vector search that do not depend on the verbs; undefined for a null vector. */
  readonly search: LegSearch | undefined
  /** The leg's question, which tells it from others. */
  readonly asked: readonly unknown[]

  constructor(weight: number, search: LegSearch | undefined) {
    this.weight = weight
    this.search = search
    this.asked = search === undefined ? [] : [search.column, search.target.metric, search.source]
  }
}

/** A leg that finds rows by words. */
export class TextLeg {
  readonly weight: number
  readonly match: Match
  /** The leg's question, which tells it from others. */
  readonly asked: readonly unknown[]

  constructor(weight: number, match: Match, asked: readonly unknown[]) {
    this.weight = weight
    this.match = match
    this.asked = asked
  }
}

/** A vector leg before it has filters and a window. */
export type LegSearch = Pick<VectorState, 'column' | 'target' | 'source' | 'rowBudget'>

/** Legs by their names. */
export interface LegsByName {
  readonly [name: string]: VectorLeg | TextLeg
}

/** A leg with its name. */
export interface NamedLeg {
  readonly name: string
  readonly leg: VectorLeg | TextLeg
}

/** A weight, or options of the leg's search with a weight. */
export type VectorLegOptions = number | (VectorSearchOptions & { readonly weight?: number })

/** Makes what the callback of `hybridSearch` is called with. */
export function createLegMaker(db: AnyHandle, table: string) {
  return Object.freeze({
    vector(
      column: string,
      query: VectorInput | RowOf<string> | null,
      options: VectorLegOptions = {},
    ): VectorLeg {
      const { weight = 1, ...rest } = typeof options === 'number' ? { weight: options } : options
      const search = rest as VectorSearchOptions
      checkWeight(weight)
      checkVectorOptions(search)
      const target = findTarget(db, table, column, search)
      if (query === null) return new VectorLeg(weight, undefined)
      const source = readSource(db, column, target, query)
      return new VectorLeg(weight, {
        column,
        target,
        source,
        rowBudget: rowBudgetOf(search, target),
      })
    },
    text(columns: readonly string[], text: string | TextQuery, weight = 1): TextLeg {
      checkWeight(weight)
      const match = createMatch(db, 'hybridSearch', table, columns, text)
      return new TextLeg(weight, match, [columns, toTextQuery(text).pattern])
    },
  })
}

/** Names become parts of columns, which a CamelCasePlugin has to map there and back. */
const LEG_NAME = /^[a-z][a-zA-Z]*$/

/** As many as there are letters to tell them apart in the statement. */
const MOST_LEGS = 26

/**
 * The legs in their order.
 *
 * @throws {ValueError} for none, for too many, and for a name that is not in camelCase
 */
export function readLegs(legs: unknown): readonly NamedLeg[] {
  const entries = typeof legs === 'object' && legs !== null ? Object.entries(legs) : []
  if (entries.length === 0 || entries.length > MOST_LEGS) {
    throw new ValueError(
      `hybridSearch takes from 1 to ${MOST_LEGS} legs by name: (leg) => ({ meaning: leg.vector(…), words: leg.text(…) }).`,
    )
  }
  return entries.map(([name, leg]: [string, unknown]) => {
    if (!(leg instanceof VectorLeg || leg instanceof TextLeg)) {
      throw new ValueError(
        `The leg ${name} of hybridSearch must be made by leg.vector or leg.text.`,
      )
    }
    if (!LEG_NAME.test(name)) {
      throw new ValueError(
        `The leg ${JSON.stringify(name)} of hybridSearch names columns of the hits: use letters only, the first one small.`,
      )
    }
    return { name, leg }
  })
}

/** Whether a leg can find anything: a text without words and a null vector cannot. */
export function isLive({ leg }: NamedLeg): boolean {
  return leg instanceof VectorLeg ? leg.search !== undefined : !leg.match.isEmpty
}

function checkWeight(weight: number): void {
  if (typeof weight === 'number' && Number.isFinite(weight) && weight > 0) return
  throw new ValueError(`The weight of a leg must be a number above 0, got ${String(weight)}.`)
}
