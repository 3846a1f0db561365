/** Findings as text for people: what is where, `-` in the files, `+` in the database. */
import picocolors from 'picocolors'
import type { Finding, Severity } from 'kysely-matrixone/schema'
import type { DriftReport, Reporter } from './report.js'

/** Makes the reporter that writes plain or coloured text. */
export function textReporter(options: { readonly colors: boolean }): Reporter {
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
    if (finding.fix !== undefined) lines.push(`      ${finding.fix}`)
    return lines.join('\n')
  }

  return (report) => {
    const notes = report.notes.map((note) => `note: ${printable(note)}\n`).join('')
    if (report.findings.length === 0) {
      return `${notes}No drift: ${report.expected} and ${report.actual} agree on ${countOf(report.tables, 'table')}.\n`
    }
    const groups = groupByPlace(report.findings).map(
      ([place, findings]) =>
        `${paint.bold(printable(place))}\n${findings.map(writeFinding).join('\n')}\n`,
    )
    return [
      `${paint.red(`- ${report.expected}`)}\n${paint.green(`+ ${report.actual}`)}\n`,
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
  const severities = ['breaking', 'additive', 'cosmetic'] as const
  const counts = severities
    .map(
      (severity) =>
        [severity, report.findings.filter((f) => f.severity === severity).length] as const,
    )
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}`)
  return `${countOf(report.findings.length, 'difference')}: ${counts.join(', ')}. To take over the + side: ${report.fix}\n`
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** Names and comments come from the database: control characters may not reach the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (char) =>
    char === '\n' ? '\\n' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
