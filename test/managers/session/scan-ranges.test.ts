import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type RangeReads, scanRanges } from '../../../src/managers/session/scan-ranges.js'

type Row = Readonly<Record<string, unknown>>

const idOf = (row: Row | undefined, none: number): number =>
  row === undefined ? none : Number(row['id'])

/** A table of ids 0 to `rows - 1`, whose ranges take different times. */
class Table implements RangeReads {
  readonly rows: number
  readonly batch: number
  running = 0
  mostRunning = 0
  rangesRead = 0
  failAt: number | undefined

  constructor(rows: number, batch: number) {
    this.rows = rows
    this.batch = batch
  }

  readBounds(behind: Row | undefined, ranges: number): Promise<readonly Row[]> {
    return this.#run(() => {
      const first = idOf(behind, -1) + this.batch
      const found = Array.from({ length: ranges }, (_, at) => ({ id: first + at * this.batch }))
      return found.filter(({ id }) => id < this.rows)
    })
  }

  readRange(behind: Row | undefined, last: Row | undefined): Promise<Row[]> {
    return this.#run(() => {
      this.rangesRead += 1
      if (this.failAt === this.rangesRead) throw new Error('lost')
      const from = idOf(behind, -1) + 1
      const to = idOf(last, this.rows - 1)
      return Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => ({ id: from + at }))
    })
  }

  async #run<T>(answer: () => T): Promise<T> {
    this.running += 1
    this.mostRunning = Math.max(this.mostRunning, this.running)
    try {
      await sleep((this.rangesRead * 7) % 3)
      return answer()
    } finally {
      this.running -= 1
    }
  }
}

const idsOf = (batches: readonly Row[][]): number[] => batches.flat().map((row) => idOf(row, -1))

describe('ranges that are read ahead', () => {
  it('come in order, full but the last, with no more statements than connections', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 120 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 2, max: 6 }),
        fc.option(fc.nat({ max: 120 }), { nil: undefined }),
        async (rows, batch, connections, from) => {
          const table = new Table(rows, batch)
          const start = from === undefined ? undefined : { id: from }
          const read: Row[][] = []
          for await (const batch of scanRanges(table, start, connections, () => undefined)) {
            read.push(batch)
          }
          const first = from === undefined ? 0 : from + 1
          expect(idsOf(read)).toEqual(
            Array.from({ length: Math.max(0, rows - first) }, (_, at) => first + at),
          )
          expect(read.slice(0, -1).every((each) => each.length === batch)).toBe(true)
          expect(table.mostRunning).toBeLessThanOrEqual(connections)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('are no further ahead of their reader than there are connections', async () => {
    const table = new Table(1_000, 10)
    let taken = 0
    for await (const _rows of scanRanges(table, undefined, 3, () => undefined)) {
      await sleep(3)
      taken += 1
      expect(table.rangesRead).toBeLessThanOrEqual(taken + 3)
    }
    expect(taken).toBe(100)
  })

  it('are ended when the reader leaves', async () => {
    const table = new Table(1_000, 10)
    let isStopped = false
    for await (const _rows of scanRanges(table, undefined, 4, () => (isStopped = true))) break
    expect({ isStopped, running: table.running }).toEqual({ isStopped: true, running: 0 })
  })

  it('give what is before a failure, then the failure, and nothing goes on', async () => {
    const table = new Table(1_000, 10)
    table.failAt = 6
    let isStopped = false
    const read: Row[][] = []
    const reading = (async () => {
      for await (const rows of scanRanges(table, undefined, 4, () => (isStopped = true))) {
        read.push(rows)
      }
    })()
    await expect(reading).rejects.toThrow('lost')
    expect(idsOf(read)).toEqual(Array.from({ length: idsOf(read).length }, (_, at) => at))
    expect({ isStopped, running: table.running }).toEqual({ isStopped: true, running: 0 })
  })
})
