/** The report as text: `-` lines are in the files, `+` lines in the database. */
import picocolors from 'picocolors'
import type { Severity } from 'kysely-matrixone/schema'
import { countSeverities } from './json.js'
import { printable, printableLines } from './printable.js'
import type { DriftReport, Impact, ReportedFinding, Reporter, ReporterOptions } from './report.js'
import { nameSides } from './sides.js'

/** Makes the reporter that writes plain or coloured text. */
export function textReporter(options: ReporterOptions): Reporter {
  const paint = picocolors.createColors(options.colors)
  const severityColor: { readonly [S in Severity]: (text: string) => string } = {
    breaking: paint.red,
    additive: paint.green,
    cosmetic: paint.dim,
  }

  function writeFinding(finding: ReportedFinding): string {
    const severity = severityColor[finding.severity](finding.severity.padEnd(8))
    const { location, fix } = finding
    const place = location === null ? '' : ` ${location.file}:${location.line}:${location.column}`
    const rule = paint.dim(`${finding.ruleId}${printable(place)}`)
    const lines = [`  ${severity}  ${printable(finding.message)} ${rule}`]
    if (finding.expected !== null) lines.push(paint.red(`      - ${printable(finding.expected)}`))
    if (finding.actual !== null) lines.push(paint.green(`      + ${printable(finding.actual)}`))
    if (fix !== null) lines.push(paint.dim(`      to undo it: ${indented(fix)}`))
    return lines.join('\n')
  }

  function writeImpact({ program, findings: broken }: Impact): string {
    if (broken.length === 0) return `Nothing in ${printable(program)} breaks.\n`
    const lines = broken.flatMap(({ finding, breakages }) => [
      `  ${printable(finding?.message ?? 'Not explained by one difference.')}`,
      ...breakages.map(({ location: { file, line, column }, code, message }) => {
        const place = printable(`${file}:${line}:${column}`)
        return `    ${place} ${paint.dim(code ?? 'possible')} ${printable(message)}`
      }),
    ])
    return [paint.bold(`Breaks in ${printable(program)}`), ...lines, ''].join('\n')
  }

  return (report) => {
    const [expected, actual] = [report.expected, report.actual].map((sides) =>
      printable(nameSides(sides)),
    )
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
      ...(report.impact === undefined ? [] : [writeImpact(report.impact)]),
      `${notes}${summarize(report)}`,
    ].join('\n')
  }
}

/** Statements with their line breaks, those in literals as escapes: so a client takes what is copied. */
function indented(statements: string): string {
  const lines = statements.replace(quoted, (text) => text.replaceAll('\n', String.raw`\n`))
  return printableLines(lines).replaceAll('\n', '\n      ')
}

const quoted = /`[^`]*`|'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*"/g

function groupByPlace(
  findings: readonly ReportedFinding[],
): readonly (readonly [string, readonly ReportedFinding[]])[] {
  const groups = new Map<string, ReportedFinding[]>()
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
  const fix = report.fix === null ? '' : ` To accept the + side, run: ${printable(report.fix)}`
  return `${differences}: ${counts.join(', ')}.${fix}\n`
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
