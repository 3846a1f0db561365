import { ConfigurationError } from '../../errors.js'
import { globMatcher, isGlob } from '../../glob.js'
import type { ResolvedEmitOptions } from './emit-options.js'
import { stringLiteral } from './identifiers.js'
import { namesOf, type ColumnPlace } from './overrides.js'

/** Columns of views that are said never to be null: the server knows it of no expression (4.2.0). */
export class NonNull {
  readonly #patterns: readonly {
    readonly text: string
    readonly matches: (name: string) => boolean
  }[]
  readonly #unused: Set<string>

  constructor({ nonNull }: Pick<ResolvedEmitOptions, 'nonNull'>) {
    this.#patterns = nonNull.map((text) => ({ text, matches: globMatcher(text) }))
    this.#unused = new Set(nonNull.filter((text) => !isGlob(text)))
  }

  /** Whether a column of a view is one of them. */
  has(place: ColumnPlace): boolean {
    const names = namesOf(place)
    const found = this.#patterns.filter(({ matches }) => names.some(matches))
    for (const { text } of found) this.#unused.delete(text)
    return found.length > 0
  }

  /** @throws {ConfigurationError} when one names no column of a view */
  refuseUnused(): void {
    if (this.#unused.size === 0) return
    throw new ConfigurationError(
      `nonNull names ${[...this.#unused].map(stringLiteral).join(', ')}, which is not a column of a view.\n` +
        "Write 'view.column'. Of a table's columns the database knows whether they can be null.",
    )
  }
}
