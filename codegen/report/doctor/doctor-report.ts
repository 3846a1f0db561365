import type { Evaluation, IndexReport, RecallReport } from 'kysely-matrixone'

/** The result of `mo-codegen doctor`. */
export interface DoctorReport {
  /** `the database at 127.0.0.1:6001/shop`. */
  readonly database: string
  readonly indexes: readonly IndexReport[]
  readonly evaluation: Evaluation | undefined
  readonly recall: RecallReport | undefined
  /** Targets that were missed, as sentences. */
  readonly missed: readonly string[]
}

/** All numbers, as an earlier run is compared with a later one. */
export function writeDoctorJson(report: DoctorReport): string {
  const text = JSON.stringify(
    { formatVersion: 1, ...report },
    (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
    2,
  )
  return `${text}\n`
}
