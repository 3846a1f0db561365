import type { ColumnModel } from 'kysely-matrixone/schema'
import { globMatcher } from '../../glob.js'

/** A column, and where it is. */
export interface ColumnPlace {
  /** Absent for the only database of a model. */
  readonly database?: string | undefined
  readonly table: string
  readonly column: ColumnModel
}

const none: readonly string[] = []

/** Patterns for columns, `[database.]table.column`; knows afterwards which of them no column had. */
export class ColumnPatterns {
  readonly #patterns: readonly {
    readonly text: string
    readonly matches: (name: string) => boolean
  }[]
  readonly #unused: Set<string>

  constructor(patterns: readonly string[]) {
    this.#patterns = patterns.map((text) => ({ text, matches: globMatcher(text) }))
    this.#unused = new Set(patterns)
  }

  /** The patterns that a column matches, in their order. */
  matching({ database, table, column }: ColumnPlace): readonly string[] {
    // Nearly always there are none, and a large schema has many columns.
    if (this.#patterns.length === 0) return none
    const name = `${table}.${column.name}`
    const names = database === undefined ? [name] : [name, `${database}.${name}`]
    const found = this.#patterns.filter(({ matches }) => names.some(matches))
    for (const { text } of found) this.#unused.delete(text)
    return found.map(({ text }) => text)
  }

  /** The patterns that no column had. */
  get unused(): readonly string[] {
    return [...this.#unused]
  }
}
