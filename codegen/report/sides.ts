/** What a report names its two sides by: files, databases, or both. */
import type { DriftReport, FileLocation, ReportedFinding } from './report.js'

/** A file or a database that was compared. */
export interface Side {
  /** `generated/db.schema.json`, `the database at 127.0.0.1:6001/shop`. */
  readonly name: string
  /** Whether the name is the path of a file. */
  readonly isFile: boolean
}

/** The sides of a report in one text: `generated/db.schema.json and generated/db.ts`. */
export function nameSides(sides: readonly Side[]): string {
  return [...new Set(sides.map(({ name }) => name))].join(' and ')
}

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
