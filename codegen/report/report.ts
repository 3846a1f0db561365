import type { Finding } from 'kysely-matrixone/schema'
import type { ExitCode } from '../errors.js'
import type { Side } from './sides.js'

/** A line of a file, and a column in it, both counted from 1. */
export interface FileLocation {
  /** As seen from the folder that the command runs in. */
  readonly file: string
  readonly line: number
  readonly column: number
}

/** A finding, where it is in the generated file, and what would undo it. */
export interface ReportedFinding extends Finding {
  /** The target whose files differ; absent for a configuration without targets. */
  readonly target?: string
  /** The generated member, its table or `DB`; null without a generated file. */
  readonly location: FileLocation | null
  /** The statement that would give the database the expected side; null where none is known. Never executed. */
  readonly fix: string | null
}

/** A place of the program that the actual schema breaks. */
export interface Breakage {
  readonly location: FileLocation
  /** `TS2345`; null for SQL text, which no compiler reads. */
  readonly code: string | null
  /** The compiler's first line, or the SQL that names the column. */
  readonly message: string
}

/** The breakages of one finding, or the rest. */
export interface FindingImpact {
  /** Null when no single one explains them. */
  readonly finding: ReportedFinding | null
  readonly breakages: readonly Breakage[]
}

/** The places of a program that the findings break. */
export interface Impact {
  /** Names the program: `tsconfig.json`. */
  readonly program: string
  /** The findings that break something, in the order of the report. */
  readonly findings: readonly FindingImpact[]
}

/** The result of a check, ready to be reported. */
export interface DriftReport {
  /** The expected side: `generated/db.schema.json` and `generated/db.ts`. */
  readonly expected: readonly Side[]
  /** The actual side: `the database at 127.0.0.1:6001/shop`. */
  readonly actual: readonly Side[]
  /** Number of tables compared. */
  readonly tables: number
  readonly findings: readonly ReportedFinding[]
  /** Remarks that are not drift, a sentence each. */
  readonly notes: readonly string[]
  /** The places of a program that the findings break; absent unless asked for. */
  readonly impact?: Impact
  /** The command that makes the files follow the actual side; null where there is none. */
  readonly fix: string | null
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
export const reporterNames = ['text', 'json', 'github', 'gitlab', 'sarif', 'markdown'] as const

/** One of `reporterNames`. */
export type ReporterName = (typeof reporterNames)[number]

/** A reporter, to stdout or to a file: `text`, `sarif=drift.sarif`. */
export type ReporterText = ReporterName | `${ReporterName}=${string}`

/** A reporter that was asked for. */
export interface ReporterChoice {
  readonly name: ReporterName
  /** Absent for stdout. */
  readonly file?: string
}

/** Reads `text` or `sarif=drift.sarif`; undefined for another name. */
export function parseReporter(text: string): ReporterChoice | undefined {
  const [, word, file] = /^([^=]*)(?:=([^]+))?$/.exec(text) ?? []
  const name = reporterNames.find((known) => known === word)
  if (name === undefined) return undefined
  return file === undefined ? { name } : { name, file }
}
