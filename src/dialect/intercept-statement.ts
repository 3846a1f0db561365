/** Takes a statement through the interceptors: `execute`, then `cursorExecute`. */
import type { CompiledQuery, QueryResult } from 'kysely'
import type {
  CursorExecuteCall,
  InterceptedCall,
  Interceptors,
} from '../connection/interceptors.js'
import type { ConnectionRecord } from '../connection/setup/connection-record.js'
import { interpolate } from '../sql/interpolate.js'
import type { LiteralOptions } from '../sql/literals.js'

interface Statement {
  readonly query: CompiledQuery
  readonly isStream: boolean
  /** Of the session, which the text on the wire depends on. */
  readonly literals: LiteralOptions
}

type Perform = (query: CompiledQuery) => Promise<QueryResult<unknown>>

/** Runs the interceptors that have a method for statements, around `perform`. */
export function interceptStatement(
  interceptors: Interceptors,
  { connection, inTransaction }: InterceptedCall,
  { query, isStream, literals }: Statement,
  perform: Perform,
): Promise<QueryResult<unknown>> {
  // No spread: an object that is spread into and then frozen takes a hundred times as long to make.
  const here = Object.freeze({ connection, inTransaction, query, isStream })
  return interceptors.run('execute', here, ({ query: changed }) => {
    if (!interceptors.has('cursorExecute')) return perform(changed)
    const { sql, parameters } = changed
    const cursor = new Cursor(here, sql, parameters, literals)
    return interceptors.run('cursorExecute', cursor, (last) =>
      // A copy only where something changed; it keeps the query's id, and so its options.
      perform(
        last.sql === sql && last.parameters === parameters
          ? changed
          : Object.freeze({ ...changed, sql: last.sql, parameters: last.parameters }),
      ),
    )
  })
}

/** The text is a getter of the class, so that a changed copy of the call has a changed text. */
class Cursor implements CursorExecuteCall {
  readonly connection: ConnectionRecord
  readonly inTransaction: boolean
  readonly isStream: boolean
  readonly sql: string
  readonly parameters: readonly unknown[]
  readonly literals: LiteralOptions

  constructor(
    { connection, inTransaction, isStream }: InterceptedCall & { readonly isStream: boolean },
    sql: string,
    parameters: readonly unknown[],
    literals: LiteralOptions,
  ) {
    this.connection = connection
    this.inTransaction = inTransaction
    this.isStream = isStream
    this.sql = sql
    this.parameters = parameters
    this.literals = literals
    Object.freeze(this)
  }

  get text(): string {
    return interpolate(this.sql, this.parameters, this.literals)
  }
}
