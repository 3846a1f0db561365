/**
 * The report as JSON for programs. Its members are documented in docs/codegen.md: new ones may
 * come, and `reportVersion` is raised when one changes its meaning or goes.
 */
import type { Severity } from 'kysely-matrixone/schema'
import { printableJson } from './printable.js'
import type { DriftReport, Impact, Reporter } from './report.js'
import { nameSides } from './sides.js'

/** Raised when a member changes its meaning or goes. */
export const jsonReportVersion = 1

/** Makes the reporter that writes JSON. */
export function jsonReporter(): Reporter {
  return (report) => {
    const { expected, actual, tables, findings, notes, impact, fix, exitCode } = report
    const content = {
      reportVersion: jsonReportVersion,
      exitCode,
      expected: nameSides(expected),
      actual: nameSides(actual),
      tables,
      counts: { total: findings.length, ...countSeverities(report) },
      findings,
      notes,
      ...(impact && { impact: toJson(report, impact) }),
      fix: findings.length === 0 ? null : fix,
    }
    return `${printableJson(JSON.stringify(content, null, 2))}\n`
  }
}

/** Findings are named by their place in the list. */
function toJson({ findings: all }: DriftReport, { program, findings }: Impact): object {
  return {
    program,
    findings: findings.map(({ finding, breakages }) => ({
      finding: finding === null ? null : all.indexOf(finding),
      breakages,
    })),
  }
}

/** The number of findings of each severity. */
export function countSeverities({ findings }: DriftReport): Readonly<Record<Severity, number>> {
  const count = (severity: Severity): number =>
    findings.filter((finding) => finding.severity === severity).length
  return { breaking: count('breaking'), additive: count('additive'), cosmetic: count('cosmetic') }
}
