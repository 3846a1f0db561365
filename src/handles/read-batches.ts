import type { Compilable, CompiledQuery, Kysely } from 'kysely'
import { ValueError } from '../errors.js'
import { checkArgument } from '../options/check-options.js'
import { isObject, type OptionRule } from '../options/option-rules.js'
import { boundQuery } from './bound-query.js'

const compilable: OptionRule = {
  expected: 'a query of kysely, or a compiled one',
  accepts: (value) => isObject(value) && ('compile' in value || 'sql' in value),
}

type AnyHandle = Pick<Kysely<unknown>, 'getExecutor'>

/**
 * Reads the rows of a query in arrays. kysely's own `stream()` takes the same arrays apart: a promise for
 * each row costs more than to read it.
 *
 * @throws {ValueError} for a size that is not a whole number of at least 1
 */
export function readBatches<Row>(
  db: AnyHandle,
  query: CompiledQuery<Row> | Compilable<Row>,
  size: number,
): AsyncIterableIterator<Row[]> {
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new ValueError(`batches(query, size) takes a whole number of at least 1, got ${size}.`)
  }
  checkArgument('batches', 'The query', compilable, query)
  const bound = boundQuery(db, query)
  return read(db, 'compile' in bound ? bound.compile() : bound, size)
}

async function* read<Row>(
  db: AnyHandle,
  query: CompiledQuery<Row>,
  size: number,
): AsyncIterableIterator<Row[]> {
  for await (const { rows } of db.getExecutor().stream<Row>(query, size)) {
    if (rows.length > 0) yield rows
  }
}
