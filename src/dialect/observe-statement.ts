/** Publishes the events of statements, while anything listens to them. */
import type { CompiledQuery, QueryResult } from 'kysely'
import type { PhysicalConnection } from '../connection/mysql2/physical-connection.js'
import { areQueriesObserved } from '../observe/events.js'
import { QueryObserver } from '../observe/query-observer.js'
import { statementOptionsOf } from '../sql/statement-options.js'
import { AbandonedResult } from './query-result.js'

/** The connection that a statement runs on. */
interface Place {
  readonly physical: PhysicalConnection
  readonly inTransaction: boolean
}

/** Runs a statement, and publishes its start and its end. */
export function observeStatement<R>(
  place: Place,
  query: CompiledQuery,
  run: () => Promise<QueryResult<R>>,
): Promise<QueryResult<R>> {
  return areQueriesObserved() ? observe(start(place, query, false), run) : run()
}

/** Reads a stream, and publishes its start and its end. */
export function observeStream<R>(
  place: Place,
  query: CompiledQuery,
  open: () => AsyncIterableIterator<QueryResult<R>>,
): AsyncIterableIterator<QueryResult<R>> {
  return areQueriesObserved() ? observeRows(() => start(place, query, true), open) : open()
}

async function observe<R>(
  observer: QueryObserver,
  run: () => Promise<QueryResult<R>>,
): Promise<QueryResult<R>> {
  try {
    const result = await run()
    if (result instanceof AbandonedResult) observer.fail(result.reason)
    else observer.end(Number(result.numAffectedRows ?? result.rows.length))
    return result
  } catch (error) {
    observer.fail(error)
    throw error
  }
}

/** A stream starts when its first rows are asked for. */
async function* observeRows<R>(
  begin: () => QueryObserver,
  open: () => AsyncIterableIterator<QueryResult<R>>,
): AsyncIterableIterator<QueryResult<R>> {
  const observer = begin()
  let rows = 0
  let failure: { readonly error: unknown } | undefined
  try {
    for await (const result of open()) {
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

function start(
  { physical, inTransaction }: Place,
  query: CompiledQuery,
  isStream: boolean,
): QueryObserver {
  const { host, port, database } = physical.raw.config
  return new QueryObserver({
    connectionId: physical.id,
    text: query.sql,
    parameters: query.parameters,
    isStream,
    inTransaction,
    logMode: statementOptionsOf(query).logMode,
    host,
    port,
    database,
  })
}
