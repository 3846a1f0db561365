import type { DriftReport, Impact } from '../report/report.js'

/** Makes one report of those of several targets, so that each format is one document. */
export function joinReports(reports: readonly DriftReport[]): DriftReport {
  const [only, ...more] = reports
  if (only === undefined) throw new TypeError('There is always a target.')
  if (more.length === 0) return only
  const impact = joinImpacts(reports)
  const fixes = reports.flatMap(({ findings, fix }) => (findings.length === 0 ? [] : (fix ?? [])))
  return {
    expected: listOf(reports.map(({ expected }) => expected)),
    actual: listOf(reports.map(({ actual }) => actual)),
    tables: reports.reduce((sum, { tables }) => sum + tables, 0),
    findings: reports.flatMap(({ findings }) => findings),
    notes: [...new Set(reports.flatMap(({ notes }) => notes))],
    ...(impact && { impact }),
    fix: fixes.length === 0 ? null : [...new Set(fixes)].join(' && '),
    exitCode: reports.find(({ exitCode }) => exitCode !== 0)?.exitCode ?? 0,
  }
}

/** All are about the program of `--impact`. */
function joinImpacts(reports: readonly DriftReport[]): Impact | undefined {
  const impacts = reports.flatMap(({ impact }) => impact ?? [])
  const [first] = impacts
  return first && { program: first.program, findings: impacts.flatMap(({ findings }) => findings) }
}

function listOf(names: readonly string[]): string {
  return [...new Set(names)].join(' and ')
}
