import type { CompiledQuery, QueryResult } from 'kysely'
import { areQueriesObserved } from '../observe/events.js'
import { QueryObserver } from '../observe/query-observer.js'
import { statementOptionsOf } from '../sql/statement-options.js'
import { MatrixOneConnection, type WithSignal } from './matrixone-connection.js'
import { AbandonedResult } from './query-result.js'

/** A connection that tells of its statements while somebody listens. */
export class ObservedConnection extends MatrixOneConnection {
  override executeQuery<R>(query: CompiledQuery, options?: WithSignal): Promise<QueryResult<R>> {
    return areQueriesObserved() && !this.isOwn(query)
      ? this.#observe(query, options)
      : super.executeQuery<R>(query, options)
  }

  override streamQuery<R>(
    query: CompiledQuery,
    chunkSize: number,
    options?: WithSignal,
  ): AsyncIterableIterator<QueryResult<R>> {
    return areQueriesObserved()
      ? this.#observeStream(query, chunkSize, options)
      : super.streamQuery<R>(query, chunkSize, options)
  }

  async #observe<R>(query: CompiledQuery, options?: WithSignal): Promise<QueryResult<R>> {
    const observer = this.#start(query, false)
    try {
      const result = await super.executeQuery<R>(query, options)
      if (result instanceof AbandonedResult) observer.fail(result.reason)
      else observer.end(Number(result.numAffectedRows ?? result.rows.length))
      return result
    } catch (error) {
      observer.fail(error)
      throw error
    }
  }

  async *#observeStream<R>(
    query: CompiledQuery,
    chunkSize: number,
    options?: WithSignal,
  ): AsyncIterableIterator<QueryResult<R>> {
    const observer = this.#start(query, true)
    let rows = 0
    let failure: { readonly error: unknown } | undefined
    try {
      for await (const result of super.streamQuery<R>(query, chunkSize, options)) {
        if (result instanceof AbandonedResult) failure = { error: result.reason }
        else rows += result.rows.length
        yield result
      }
    } catch (error) {
      failure = { error }
      throw error
    } finally {
      if (failure === undefined) observer.end(rows)
      else observer.fail(failure.error)
    }
  }

  #start(query: CompiledQuery, stream: boolean): QueryObserver {
    const { host, port, database } = this.physical.raw.config
    return new QueryObserver({
      connectionId: this.physical.id,
      sql: query.sql,
      parameters: query.parameters,
      stream,
      inTransaction: this.inTransaction,
      logMode: statementOptionsOf(query).logMode,
      host,
      port,
      database,
    })
  }
}
