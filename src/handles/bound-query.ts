import type { Compilable, CompiledQuery, Kysely } from 'kysely'
import { bindOptions } from '../dialect/handle-options.js'
import { assertReadsPast, timeTravelOf } from '../time-travel/time-travel-plugin.js'

type AnyHandle = Pick<Kysely<unknown>, 'getExecutor'>

/**
 * A query that was built or compiled elsewhere, with the options of the handle that runs it. It has not met
 * the handle's plugins, of which time travel must not be walked around.
 *
 * @throws {UnsupportedError} on a handle of the past, for a table without the hint
 */
export function boundQuery<Row>(
  db: AnyHandle,
  query: CompiledQuery<Row> | Compilable<Row>,
): CompiledQuery<Row> | Compilable<Row> {
  const bound = bindOptions(db, query)
  if (timeTravelOf(db) === undefined) return bound
  const compiled = 'compile' in bound ? bound.compile() : bound
  assertReadsPast(db, compiled)
  return compiled
}
