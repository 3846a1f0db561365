/**
 * Counts the changes of both sides with DIFF … OUTPUT SUMMARY: rows INSERTED, DELETED, UPDATED, and
 * a column for each side, headed by the operand as it was written.
 */
import { ValueError } from '../../errors.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'
import type { ChangeCounts, DiffOptions, DiffSummary } from './branch-types.js'
import { writeOperand } from './operand.js'

type SummaryRow = Readonly<Record<string, string | number | bigint>>

/** Asks for both sides' counts. */
export async function readSummary(
  db: SqlExecutor,
  branch: string,
  options: DiffOptions<string>,
): Promise<DiffSummary> {
  const operand = writeOperand(branch, options.snapshot)
  const against = writeOperand(options.against, options.againstSnapshot)
  if (operand === against) {
    throw new ValueError(`A table cannot be compared with itself, but ${branch} is on both sides.`)
  }
  const rows = await executeSql<SummaryRow>(
    db,
    `data branch diff ${operand} against ${against} output summary`,
  )
  return Object.freeze({ branch: countsOf(rows, 0), against: countsOf(rows, 1) })
}

/** The counts of one side; its column is found by position, because its name may be any. */
function countsOf(rows: readonly SummaryRow[], side: 0 | 1): ChangeCounts {
  const counts = new Map<string, number>()
  for (const row of rows) {
    const columns = Object.keys(row)
    // Object keys that are whole numbers come first, and a table named `metric` hides the heading.
    if (columns.length !== 3 || columns[0] !== 'metric') {
      throw new ValueError(
        'The summary of this diff cannot be told apart by its headings. ' +
          "Name the tables with their database: 'shop.orders'.",
      )
    }
    counts.set(String(row['metric']), Number(row[columns[side + 1] as string]))
  }
  return Object.freeze({
    inserted: counts.get('INSERTED') ?? 0,
    updated: counts.get('UPDATED') ?? 0,
    deleted: counts.get('DELETED') ?? 0,
  })
}

/** All changes together. */
export function totalOf({ inserted, updated, deleted }: ChangeCounts): number {
  return inserted + updated + deleted
}

/** No change of any kind. */
export const noChanges: ChangeCounts = Object.freeze({ inserted: 0, updated: 0, deleted: 0 })

/** The counts of the first that are gone from the second. */
export function subtractCounts(before: ChangeCounts, after: ChangeCounts): ChangeCounts {
  return Object.freeze({
    inserted: Math.max(0, before.inserted - after.inserted),
    updated: Math.max(0, before.updated - after.updated),
    deleted: Math.max(0, before.deleted - after.deleted),
  })
}
