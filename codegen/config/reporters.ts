/** The reports that are wanted, and where each goes. */
import { ConfigurationError } from '../errors.js'
import { parseReporter, type ReporterName, type ReporterText } from '../report/report.js'
import type { ProjectFile } from '../workspace/project-file.js'
import { type Choose, decide } from './choices.js'
import type { Locate } from './locate.js'

/** A report that is wanted. */
export interface ReportTarget {
  readonly name: ReporterName
  /** Undefined for stdout. */
  readonly file: ProjectFile | undefined
}

/** One of these beside another report on stdout, and nothing can read it. */
const documents: readonly ReporterName[] = ['json', 'gitlab', 'sarif']

/**
 * Finds the reports.
 *
 * @param taken files that no report may overwrite
 * @throws {ConfigurationError} when one report would destroy another, or a file of the project
 */
export function findReporters(
  choose: Choose,
  locate: Locate,
  taken: readonly (ProjectFile | null)[],
): readonly ReportTarget[] {
  const { value, from } = decide(choose, 'reporter')
  const given: readonly ReporterText[] = typeof value === 'string' ? [value] : value
  const reports = given.flatMap((text): readonly ReportTarget[] => {
    const choice = parseReporter(text)
    if (choice === undefined) return []
    const { name, file } = choice
    return [{ name, file: file === undefined ? undefined : locate(file, from) }]
  })
  refuseMixing(reports)
  refuseOverwriting(reports, taken)
  return reports
}

function refuseMixing(reports: readonly ReportTarget[]): void {
  const names = reports.filter(({ file }) => file === undefined).map(({ name }) => name)
  const document = names.find((name) => documents.includes(name))
  if (document === undefined || names.length === 1) return
  throw new ConfigurationError(
    `The reports ${names.join(' and ')} would all go to stdout, where nothing can read the ${document} one.\nGive it a file: --reporter ${document}=drift.${document === 'sarif' ? 'sarif' : 'json'}.`,
  )
}

function refuseOverwriting(
  reports: readonly ReportTarget[],
  taken: readonly (ProjectFile | null)[],
): void {
  const known = new Set(taken.map((file) => file?.path))
  for (const { name, file } of reports) {
    if (file === undefined) continue
    if (known.has(file.path)) {
      throw new ConfigurationError(
        `The ${name} report would overwrite ${file.shown}, which something else is written to.\nGive it a file of its own.`,
      )
    }
    known.add(file.path)
  }
}
