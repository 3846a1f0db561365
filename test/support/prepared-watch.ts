import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, beforeEach } from 'vitest'

/** Statements that mysql2 runs by its binary protocol, with their values, since the test began. */
export function watchPrepared(): { readonly statements: PreparedStatement[] } {
  const seen: { statements: PreparedStatement[] } = { statements: [] }
  const note = (message: unknown): void => {
    const { query, values } = message as { query: string; values: readonly unknown[] }
    seen.statements.push({ sql: query, values })
  }
  beforeEach(() => {
    seen.statements = []
    subscribe('tracing:mysql2:execute:start', note)
  })
  afterEach(() => {
    unsubscribe('tracing:mysql2:execute:start', note)
  })
  return seen
}

interface PreparedStatement {
  readonly sql: string
  readonly values: readonly unknown[]
}
