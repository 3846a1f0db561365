import { digestOf } from 'kysely-matrixone/schema'
import type { ReportedFinding } from './report.js'

/**
 * The identity of a finding, as 32 hexadecimal digits: the same in the next run, wherever its line has
 * moved and whatever it says, so that a dismissed finding stays dismissed.
 */
export function fingerprintOf(finding: ReportedFinding): string {
  const { ruleId, database, table, column, index, file, target } = finding
  const about = [ruleId, database, table, column, index, file].map((part) => part ?? null)
  // Two targets can have the same table, and each has to be generated.
  return digestOf(JSON.stringify(target === undefined ? about : [...about, target])).slice(0, 32)
}
