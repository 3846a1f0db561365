import type { Finding } from 'kysely-matrixone/schema'

/** What a check found, ready to be told. */
export interface DriftReport {
  /** Where the expected side comes from, for people: `generated/db.schema.json`. */
  readonly expected: string
  /** Where the actual side comes from: `the database at 127.0.0.1:6001/shop`. */
  readonly actual: string
  /** How many tables were compared. */
  readonly tables: number
  readonly findings: readonly Finding[]
  /** Things to know that are no drift, a sentence each. */
  readonly notes: readonly string[]
  /** The command that makes the files follow the actual side. */
  readonly fix: string
}

/** Turns a report into the text of one format. */
export type Reporter = (report: DriftReport) => string
