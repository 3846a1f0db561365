import type { Settings } from '../config/settings.js'
import type { DriftReport } from '../report/report.js'
import { makeReporter } from '../report/reporters.js'
import { writeAtomically } from '../workspace/files.js'
import type { Output } from '../workspace/output.js'

/** Writes a report in each format that was asked for, to stdout or to its file. */
export function writeReports(report: DriftReport, { reporters }: Settings, output: Output): void {
  for (const { name, file } of reporters) {
    if (file === undefined) output.report(makeReporter(name, { colors: output.colors })(report))
    else writeAtomically(file, makeReporter(name, { colors: false })(report))
  }
}
