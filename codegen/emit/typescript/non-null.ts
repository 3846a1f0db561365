import { ConfigurationError } from '../../errors.js'
import { ColumnPatterns, type ColumnPlace } from './column-patterns.js'
import type { ResolvedEmitOptions } from './emit-options.js'
import { stringLiteral } from './identifiers.js'

/** Columns of views that are said never to be null: the server knows it of no expression (4.2.0). */
export class NonNull {
  readonly #patterns: ColumnPatterns

  constructor({ nonNull }: Pick<ResolvedEmitOptions, 'nonNull'>) {
    this.#patterns = new ColumnPatterns(nonNull)
  }

  /** Whether a column of a view is one of them. */
  has(place: ColumnPlace): boolean {
    return this.#patterns.matching(place).length > 0
  }

  /** @throws {ConfigurationError} when one names no column of a view */
  refuseUnused(): void {
    const { unused } = this.#patterns
    if (unused.length === 0) return
    throw new ConfigurationError(
      `nonNull names ${unused.map(stringLiteral).join(', ')}, which is not a column of a view.\n` +
        "Write 'view.column'. Of a table's columns the database knows whether they can be null.",
    )
  }
}
