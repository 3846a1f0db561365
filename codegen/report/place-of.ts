import type { DriftReport, FileLocation, ReportedFinding } from './report.js'

/**
 * The place of a finding for a service that shows none without a file: its own, or the first file that was
 * compared. Undefined between two databases.
 */
export function placeOf(
  { location, file }: ReportedFinding,
  { expected, actual }: DriftReport,
): FileLocation | undefined {
  if (location !== null) return location
  const found = file ?? [...expected, ...actual].find(({ isFile }) => isFile)?.name
  return found === undefined ? undefined : { file: found, line: 1, column: 1 }
}
