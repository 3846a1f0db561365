import type { Breakage, DriftReport, FindingImpact, Impact } from '../report/report.js'

/** The report of a target, and the tables that it compared: `127.0.0.1:6001/shop.orders`. */
export interface TargetReport {
  readonly report: DriftReport
  readonly compared: readonly string[]
}

/**
 * Makes one report of those of several targets, so that each format is one document. A table of several
 * targets counts once, and so does a place of the program that it breaks.
 */
export function joinReports(targets: readonly TargetReport[]): DriftReport {
  const reports = targets.map(({ report }) => report)
  const [only, ...more] = reports
  if (only === undefined) throw new TypeError('There is always a target.')
  if (more.length === 0) return only
  const impact = joinImpacts(reports)
  const fixes = reports.flatMap(({ findings, fix }) => (findings.length === 0 ? [] : (fix ?? [])))
  return {
    expected: reports.flatMap(({ expected }) => expected),
    actual: reports.flatMap(({ actual }) => actual),
    tables: new Set(targets.flatMap(({ compared }) => compared)).size,
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
  if (first === undefined) return undefined
  const known = new Set<string>()
  const isNew = (breakage: Breakage): boolean => {
    const text = JSON.stringify(breakage)
    return !known.has(text) && known.add(text) !== undefined
  }
  const each = impacts.flatMap(({ findings }) => findings)
  const findings = each.flatMap(({ finding, breakages }): readonly FindingImpact[] => {
    const fresh = breakages.filter(isNew)
    return fresh.length === 0 ? [] : [{ finding, breakages: fresh }]
  })
  return { program: first.program, findings: joinRest(findings) }
}

/** Makes one group of the breakages that no single finding explains, however many targets leave some. */
function joinRest(findings: readonly FindingImpact[]): readonly FindingImpact[] {
  const rest = findings.filter(({ finding }) => finding === null)
  if (rest.length < 2) return findings
  const breakages = rest.flatMap((group) => group.breakages)
  return [...findings.filter(({ finding }) => finding !== null), { finding: null, breakages }]
}
