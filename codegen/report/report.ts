import type { Finding } from 'kysely-matrixone/schema'
import type { ExitCode } from '../errors.js'

/** The result of a check, ready to be reported. */
export interface DriftReport {
  /** Names the expected side: `generated/db.schema.json`. */
  readonly expected: string
  /** Names the actual side: `the database at 127.0.0.1:6001/shop`. */
  readonly actual: string
  /** Number of tables compared. */
  readonly tables: number
  readonly findings: readonly Finding[]
  /** Remarks that are not drift, a sentence each. */
  readonly notes: readonly string[]
  /** The command that makes the files follow the actual side. */
  readonly fix: string
  /** The exit code that the findings and `--fail-on` lead to. */
  readonly exitCode: ExitCode
}

/** Turns a report into the text of one format. */
export type Reporter = (report: DriftReport) => string

/** The surroundings that a reporter adapts to. */
export interface ReporterOptions {
  readonly colors: boolean
}

/** The formats of `--reporter`; report/reporters.ts makes each. */
export const reporterNames = ['text', 'json'] as const

/** One of `reporterNames`. */
export type ReporterName = (typeof reporterNames)[number]
