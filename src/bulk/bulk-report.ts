/** How far an insert of many blocks came: kept while it runs, told at its end, or by its error. */
import { ValueError } from '../errors.js'

/** Consecutive rows of a source. */
export interface RowRange {
  /** The number of the first row, from 0. */
  readonly first: number
  readonly rows: number
}

/** Rows that are in the table, and rows that may be. */
export interface BulkReport {
  /** Rows that were written, without the ones that `onConflict: 'skip'` left out. */
  readonly rowsInserted: number
  /** The blocks that are in. */
  readonly blocks: number
  /** Every row of the source before this one is in. */
  readonly resumeFrom: number
  /** Blocks behind `resumeFrom` that are in as well: several connections finish in any order. */
  readonly alsoIn: readonly RowRange[]
  /** Blocks that may be in or not: the answer to their COMMIT was lost. */
  readonly uncertain: readonly RowRange[]
  /** Whether primary and unique keys were checked; also true when the table has none. */
  readonly keysChecked: boolean
}

/** The part of a report that an insert goes on from. */
export type ResumePoint = Pick<BulkReport, 'resumeFrom'> &
  Partial<Pick<BulkReport, 'alsoIn' | 'uncertain'>>

/** Notes each block as it is answered. */
export class BulkLedger {
  readonly #done: RowRange[] = []
  readonly #uncertain: RowRange[] = []
  #resumeFrom: number
  #beyond: readonly RowRange[]
  #rowsInserted = 0
  keysChecked = true

  /** @param resume rows that an earlier insert has brought in */
  constructor({ resumeFrom = 0, alsoIn = [] }: Partial<ResumePoint> = {}) {
    this.#resumeFrom = resumeFrom
    this.#beyond = sortRanges(alsoIn)
  }

  /** Tells whether a row was in before this insert began, or is now. */
  has(row: number): boolean {
    if (row < this.#resumeFrom) return true
    return this.#beyond.some(({ first, rows }) => first <= row && row < first + rows)
  }

  /** Notes a block that is in. */
  add({ first, rows }: RowRange, inserted: number): void {
    this.#done.push({ first, rows })
    this.#rowsInserted += inserted
    const later: RowRange[] = []
    for (const range of sortRanges([...this.#beyond, { first, rows }])) {
      if (range.first <= this.#resumeFrom) {
        this.#resumeFrom = Math.max(this.#resumeFrom, range.first + range.rows)
      } else later.push(range)
    }
    this.#beyond = later
  }

  /** Notes a block whose outcome is not known. */
  doubt({ first, rows }: RowRange): void {
    this.#uncertain.push({ first, rows })
  }

  report(): BulkReport {
    return Object.freeze({
      rowsInserted: this.#rowsInserted,
      blocks: this.#done.length,
      resumeFrom: this.#resumeFrom,
      alsoIn: this.#beyond,
      uncertain: sortRanges(this.#uncertain),
      keysChecked: this.keysChecked,
    })
  }
}

/**
 * Refuses to go on where a row could come in twice.
 *
 * @param checksKeys whether the server refuses a row that is there
 */
export function refuseUncertain({ uncertain = [] }: ResumePoint, checksKeys: boolean): void {
  const [range] = uncertain
  if (range === undefined || checksKeys) return
  throw new ValueError(
    `The ${showRange(range)} may be in the table already, and nothing checks its keys. Look for them, then ` +
      'pass resume with resumeFrom and alsoIn as they are, and without uncertain.',
  )
}

/** `rows 20000 to 29999`. */
export function showRange({ first, rows }: RowRange): string {
  return rows === 1 ? `row ${first}` : `rows ${first} to ${first + rows - 1}`
}

function sortRanges(ranges: readonly RowRange[]): readonly RowRange[] {
  return ranges.toSorted((left, right) => left.first - right.first)
}
