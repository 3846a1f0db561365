/**
 * Reads a table by ranges of its key on several connections, and hands the ranges out in order. Where the ranges
 * end is asked for ahead: each such statement reads keys only and answers with every batch-th of them, so one of
 * them serves many ranges, and a range is read between two keys instead of behind one.
 */
type AnyRow = Readonly<Record<string, unknown>>

/** The statements of a scan by ranges. */
export interface RangeReads {
  /**
   * Reads the last keys of the next ranges.
   *
   * @param behind a row with the key before them; undefined for the beginning
   * @param ranges the most of them; fewer are answered only where the table ends
   */
  readBounds(behind: AnyRow | undefined, ranges: number): Promise<readonly AnyRow[]>
  /** Reads the rows behind one key, up to and with another, or to the end of the table. */
  readRange(behind: AnyRow | undefined, last: AnyRow | undefined): Promise<AnyRow[]>
}

/** The most ranges that one statement finds the ends of: it reads all of their keys. */
const MOST_RANGES = 64

/**
 * Reads the ranges in order. So many are read or have been read and not been taken; when the reader leaves or a
 * range fails, the rest is ended.
 *
 * @param from begins behind this row
 * @param stop ends the statements under way
 */
export async function* scanRanges(
  reads: RangeReads,
  from: AnyRow | undefined,
  connections: number,
  stop: () => void,
): AsyncGenerator<AnyRow[], void, undefined> {
  const bounds = readAllBounds(reads, from, connections)
  const ahead: Promise<Range>[] = []
  let behind: Promise<AnyRow | undefined> = Promise.resolve(from)
  let isFirst = true
  const begin = (): void => {
    // A generator answers in the order of the calls.
    const bound = bounds.next().then(({ value }) => value ?? undefined)
    const range = readNext(reads, isFirst, behind, bound)
    // It is awaited when its turn comes, or never.
    range.catch(() => undefined)
    ahead.push(range)
    behind = bound
    isFirst = false
  }
  try {
    for (;;) {
      while (ahead.length < connections) begin()
      const { rows, isLast } = (await ahead.shift()) as Range
      if (!isLast) begin()
      if (rows.length > 0) yield rows
      if (isLast) return
    }
  } finally {
    stop()
    await Promise.allSettled(ahead)
  }
}

interface Range {
  readonly rows: AnyRow[]
  /** Whether nothing is behind it. */
  readonly isLast: boolean
}

async function readNext(
  reads: RangeReads,
  isFirst: boolean,
  before: Promise<AnyRow | undefined>,
  bound: Promise<AnyRow | undefined>,
): Promise<Range> {
  const [behind, last] = await Promise.all([before, bound])
  // The range before it went to the end of the table.
  if (!isFirst && behind === undefined) return { rows: [], isLast: true }
  return { rows: await reads.readRange(behind, last), isLast: last === undefined }
}

/** The last keys of all ranges but the last. */
async function* readAllBounds(
  reads: RangeReads,
  from: AnyRow | undefined,
  first: number,
): AsyncGenerator<AnyRow, void, undefined> {
  let behind = from
  for (let ranges = first; ; ranges = Math.min(ranges * 2, MOST_RANGES)) {
    const found = await reads.readBounds(behind, ranges)
    yield* found
    behind = found.at(-1)
    if (found.length < ranges) return
  }
}
