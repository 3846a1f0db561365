import { ValueError } from '../errors.js'
import { checkArgument } from '../options/check-options.js'
import type { OptionRule } from '../options/option-rules.js'

/** The beginning of a source, and all of it. */
export interface Head<Row> {
  /** Its first rows. */
  readonly head: readonly Row[]
  /** Whether the head is the whole source. */
  readonly isAll: boolean
  /** Every row, the first ones included; to be read once. */
  readonly all: AsyncIterable<Row>
  /** Ends a source that was not read to its end. */
  readonly close: () => Promise<void>
}

const iterable: OptionRule = {
  expected: 'an array, an iterable or an async iterable of objects',
  accepts: (value) =>
    typeof value === 'object' &&
    value !== null &&
    (Symbol.asyncIterator in value || Symbol.iterator in value),
}

/**
 * Reads the first rows of a source.
 *
 * @param call for messages: `bulkInsert`
 * @param isEnough tells whether no further row is needed
 */
export async function readHead<Row>(
  call: string,
  rows: AsyncIterable<Row> | Iterable<Row>,
  isEnough: (head: readonly Row[]) => boolean,
): Promise<Head<Row>> {
  checkArgument(call, 'The rows', iterable, rows)
  const iterator =
    Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]()
  const head: Row[] = []
  let isAll = false
  while (!isAll && !isEnough(head)) {
    const next = await iterator.next()
    if (next.done === true) isAll = true
    else head.push(asRow(call, next.value, head.length + 1))
  }
  async function* readAll(): AsyncGenerator<Row, void, undefined> {
    yield* head
    if (isAll) return
    let number = head.length
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      yield asRow(call, next.value, ++number)
    }
  }
  return {
    head,
    isAll,
    all: readAll(),
    close: async () => {
      await iterator.return?.()
    },
  }
}

/** @param number the row's, from 1 */
function asRow<Row>(call: string, row: Row, number: number): Row {
  if (typeof row === 'object' && row !== null) return row
  throw new ValueError(`Row ${number} of ${call} must be an object, got ${String(row)}.`)
}
