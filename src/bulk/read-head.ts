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

/**
 * Reads the first rows of a source.
 *
 * @param isEnough tells whether no further row is needed
 */
export async function readHead<Row>(
  rows: AsyncIterable<Row> | Iterable<Row>,
  isEnough: (head: readonly Row[]) => boolean,
): Promise<Head<Row>> {
  const iterator =
    Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]()
  const head: Row[] = []
  let isAll = false
  while (!isAll && !isEnough(head)) {
    const next = await iterator.next()
    if (next.done === true) isAll = true
    else head.push(next.value)
  }
  async function* readAll(): AsyncGenerator<Row, void, undefined> {
    yield* head
    if (isAll) return
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      yield next.value
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
