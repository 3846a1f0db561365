import type { Settings } from '../config/settings.js'
import type { DriftReport } from '../report/report.js'
import { makeReporter } from '../report/reporters.js'
import { namePathsFor } from '../report/repository-paths.js'
import { writeAtomically } from '../workspace/files.js'
import type { Output } from '../workspace/output.js'
import { findRepository } from '../workspace/repository.js'

/** Writes a report in each format that was asked for, to stdout or to its file. */
export function writeReports(
  given: DriftReport,
  { reporters, cwd }: Settings,
  output: Output,
): void {
  const root = findRepository(cwd)
  for (const { name, file } of reporters) {
    const report = namePathsFor(name, given, cwd, root)
    if (file === undefined) output.report(makeReporter(name, { colors: output.colors })(report))
    else writeAtomically(file, makeReporter(name, { colors: false })(report))
  }
}
