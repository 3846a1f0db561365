/**
 * Interceptors around a stream. They are functions that await `next()`, and a stream is pulled by its
 * reader; so `next()` stays pending while the rows go past, and settles with the stream.
 */
import type { CompiledQuery, QueryResult } from 'kysely'

type Result = QueryResult<unknown>

/**
 * @param intercept runs the interceptors around what it is given
 * @param open opens the stream of the query that the interceptors let through
 */
export async function* streamAround<R>(
  intercept: (perform: (query: CompiledQuery) => Promise<Result>) => Promise<Result>,
  open: (query: CompiledQuery) => AsyncIterable<QueryResult<R>>,
): AsyncIterableIterator<QueryResult<R>> {
  let begin: (query: CompiledQuery | undefined) => void = () => undefined
  let succeed: (result: Result) => void = () => undefined
  let fail: (error: unknown) => void = () => undefined
  const begun = new Promise<CompiledQuery | undefined>((resolve) => (begin = resolve))
  const ended = new Promise<Result>((resolve, reject) => {
    succeed = resolve
    fail = reject
  })
  // An interceptor that answers without next() is not told how the stream ended.
  ended.catch(() => undefined)
  const answer = intercept((query) => {
    begin(query)
    return ended
  })
  // An answer, or a failure, before next() was called: there is nothing to open.
  answer.then(
    () => begin(undefined),
    () => begin(undefined),
  )
  const query = await begun
  if (query === undefined) {
    const result = await answer
    if (result.rows.length > 0) yield result as QueryResult<R>
    return
  }
  try {
    yield* open(query)
    succeed({ rows: [] })
    await answer
  } catch (error) {
    fail(error)
    // An interceptor that turns the error into an answer of its own gets its rows read.
    const result = await answer
    if (result.rows.length > 0) yield result as QueryResult<R>
    return
  } finally {
    // The reader broke off.
    succeed({ rows: [] })
    await answer.catch(() => undefined)
  }
}
