import { digestOf } from 'kysely-matrixone/schema'
import type { ReportedFinding } from './report.js'

/**
 * The identity of a finding, as 32 hexadecimal digits: the same in the next run, wherever its line has
 * moved and whatever it says, so that a dismissed finding stays dismissed.
 */
export function fingerprintOf(finding: ReportedFinding): string {
  const { ruleId, database, table, column, index, file } = finding
  const about = [ruleId, database, table, column, index, file].map((part) => part ?? null)
  return digestOf(JSON.stringify(about)).slice(0, 32)
}
