import type { VectorElement } from '../../types/vector-elements.js'
import type { VectorSearchOptions } from './vector-options.js'
import type { VectorTarget } from './vector-target.js'

/**
 * Rows up to which comparing all of them takes about as long as an index of any kind, at 128 and at 768 dimensions
 * (4.2.0): as long by l2, up to twice as long by cosine.
 */
const ROW_BUDGET = 20_000

/** Compared three to four times as slowly as the others (4.2.0). */
const SLOW: readonly (VectorElement | undefined)[] = ['f16', 'uint8']
const SLOW_ROW_BUDGET = 5_000

/** The row budget of a search; an exact one never asks for it. */
export function rowBudgetOf(
  options: VectorSearchOptions,
  { column }: Pick<VectorTarget, 'column'>,
): number {
  const given = 'rowBudget' in options ? options.rowBudget : undefined
  return given ?? (SLOW.includes(column?.element) ? SLOW_ROW_BUDGET : ROW_BUDGET)
}
