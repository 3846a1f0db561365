import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BulkLedger, type RowRange } from '../../src/bulk/bulk-report.js'
import { type BlockWriter, cutBlocks } from '../../src/bulk/cut-blocks.js'
import { sendBlocks } from '../../src/bulk/send-blocks.js'

type Row = { readonly at: number }

/** Keeps the rows of a block as they are, each of length 1. */
function collector(): BlockWriter<readonly Row[]> {
  let rows: Row[] = []
  return {
    get length() {
      return rows.length
    },
    add: (row) => rows.push(row as Row),
    take() {
      const taken = rows
      rows = []
      return taken
    },
  }
}

interface Case {
  readonly rows: number
  readonly size: number
  readonly connections: number
  /** How long each block takes, in turns of the event loop. */
  readonly turns: readonly number[]
  /** The block at which the server fails. */
  readonly failing: number
}

const cases = fc.record<Case>({
  rows: fc.nat(60),
  size: fc.integer({ min: 1, max: 7 }),
  connections: fc.integer({ min: 1, max: 4 }),
  turns: fc.array(fc.nat(4), { minLength: 60, maxLength: 60 }),
  failing: fc.nat(40),
})

/** Inserts into an array, from where `resume` says. */
async function insert(
  { rows, size, connections, turns, failing }: Case,
  ledger: BulkLedger,
  table: number[],
): Promise<{ readonly furthest: number; readonly failed: boolean }> {
  let read = 0
  let answered = 0
  let furthest = 0
  let number = 0
  async function* source(): AsyncGenerator<Row> {
    for (let at = 0; at < rows; at += 1) {
      if (!ledger.has(at)) read += 1
      furthest = Math.max(furthest, read - answered)
      yield { at }
    }
  }
  const blocks = cutBlocks(source(), collector(), {
    chunkBytes: size,
    maxRows: Infinity,
    isIn: (row) => ledger.has(row),
  })
  const failure = await sendBlocks(
    blocks,
    connections,
    async (block) => {
      const own = number++
      for (let turn = 0; turn < (turns[own] ?? 0); turn += 1) await setImmediate()
      if (own === failing) throw new Error('refused')
      table.push(...block.content.map(({ at }) => at))
      ledger.add(block, block.rows)
      answered += block.rows
    },
    undefined,
  )
  return { furthest, failed: failure !== undefined }
}

const covered = ({ first, rows }: RowRange): number[] =>
  Array.from({ length: rows }, (_, index) => first + index)

describe('blocks over several connections', () => {
  it('come in once, are never read further ahead, and the report says which are in', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (given) => {
        const table: number[] = []
        const ledger = new BulkLedger()
        const { furthest } = await insert(given, ledger, table)
        expect(furthest).toBeLessThanOrEqual((given.connections + 1) * given.size)
        const { resumeFrom, alsoIn, rowsInserted } = ledger.report()
        const told = [...covered({ first: 0, rows: resumeFrom }), ...alsoIn.flatMap(covered)]
        expect(table.toSorted((a, b) => a - b)).toEqual(told)
        expect(rowsInserted).toBe(table.length)
      }),
      { numRuns: 60 },
    )
  })

  it('go on from a report until every row is in, once', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (given) => {
        const table: number[] = []
        const first = new BulkLedger()
        await insert(given, first, table)
        const second = new BulkLedger(first.report())
        expect(await insert({ ...given, failing: -1 }, second, table)).toMatchObject({
          failed: false,
        })
        expect(table.toSorted((a, b) => a - b)).toEqual(covered({ first: 0, rows: given.rows }))
        expect(second.report()).toMatchObject({ resumeFrom: given.rows, alsoIn: [] })
      }),
      { numRuns: 60 },
    )
  })
})
