import { isGlob } from '../../glob.js'
import { ColumnPatterns, type ColumnPlace } from './column-patterns.js'
import type { ResolvedEmitOptions } from './emit-options.js'

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

  /** The names that no column of a view had; a glob may wait for views to come. */
  get unused(): readonly string[] {
    return this.#patterns.unused.filter((pattern) => !isGlob(pattern))
  }
}
