/** The report as text: `-` lines are in the files, `+` lines in the database. */
import picocolors from 'picocolors'
import type { Finding, Severity } from 'kysely-matrixone/schema'
import { countSeverities } from './json.js'
import { printable } from './printable.js'
import type { DriftReport, Reporter, ReporterOptions } from './report.js'

/** Makes the reporter that writes plain or coloured text. */
export function textReporter(options: ReporterOptions): Reporter {
  const paint = picocolors.createColors(options.colors)
  const severityColor: { readonly [S in Severity]: (text: string) => string } = {
    breaking: paint.red,
    additive: paint.green,
    cosmetic: paint.dim,
  }

  function writeFinding(finding: Finding): string {
    const severity = severityColor[finding.severity](finding.severity.padEnd(8))
    const lines = [`  ${severity}  ${printable(finding.message)} ${paint.dim(finding.ruleId)}`]
    if (finding.expected !== null) lines.push(paint.red(`      - ${printable(finding.expected)}`))
    if (finding.actual !== null) lines.push(paint.green(`      + ${printable(finding.actual)}`))
    return lines.join('\n')
  }

  return (report) => {
    const [expected, actual] = [printable(report.expected), printable(report.actual)]
    const notes = report.notes.map((note) => `note: ${printable(note)}\n`).join('')
    if (report.findings.length === 0) {
      return `${notes}No drift: ${expected} and ${actual} agree on ${countOf(report.tables, 'table')}.\n`
    }
    const groups = groupByPlace(report.findings).map(
      ([place, findings]) =>
        `${paint.bold(printable(place))}\n${findings.map(writeFinding).join('\n')}\n`,
    )
    return [
      `${paint.red(`- ${expected}`)}\n${paint.green(`+ ${actual}`)}\n`,
      ...groups,
      `${notes}${summarize(report)}`,
    ].join('\n')
  }
}

function groupByPlace(
  findings: readonly Finding[],
): readonly (readonly [string, readonly Finding[]])[] {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) {
    const parts = [finding.database, finding.table].filter((part) => part !== undefined)
    const place = finding.file ?? (parts.length === 0 ? 'schema' : parts.join('.'))
    groups.set(place, [...(groups.get(place) ?? []), finding])
  }
  return [...groups]
}

function summarize(report: DriftReport): string {
  const counts = Object.entries(countSeverities(report))
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}`)
  const differences = countOf(report.findings.length, 'difference')
  return `${differences}: ${counts.join(', ')}. To accept the + side, run: ${printable(report.fix)}\n`
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
