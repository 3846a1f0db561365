/** The report as Markdown, for a comment or the summary of a job. */
import { countSeverities } from './json.js'
import { escapeMarkdown, markdownCode } from './markdown-text.js'
import type { DriftReport, Impact, ReportedFinding, Reporter } from './report.js'
import { nameSides } from './sides.js'

/** Makes the reporter that writes a heading and a table. */
export function markdownReporter(): Reporter {
  return (report) => {
    const { findings, expected, actual, fix } = report
    const notes = report.notes.map((note) => `- ${escapeMarkdown(note)}`)
    const sides = `Expected: ${markdownCode(nameSides(expected))}. Actual: ${markdownCode(nameSides(actual))}.`
    const sections =
      findings.length === 0
        ? ['### No schema drift', sides]
        : [
            `### Schema drift: ${summarize(report)}`,
            sides,
            [
              '| severity | finding | expected | actual | where |',
              '|---|---|---|---|---|',
              ...findings.map(writeRow),
            ].join('\n'),
            ...(fix === null ? [] : [`To accept the actual side, run ${markdownCode(fix)}.`]),
          ]
    if (report.impact !== undefined) sections.push(writeImpact(report.impact))
    if (notes.length > 0) sections.push(notes.join('\n'))
    return `${sections.join('\n\n')}\n`
  }
}

function writeRow(finding: ReportedFinding): string {
  const { severity, ruleId, message, expected, actual, location } = finding
  const cells = [
    severity,
    `${escapeMarkdown(message)} ${markdownCode(ruleId)}`,
    expected === null ? '' : markdownCode(expected),
    actual === null ? '' : markdownCode(actual),
    location === null ? '' : markdownCode(`${location.file}:${location.line}`),
  ]
  return `| ${cells.join(' | ')} |`
}

function writeImpact({ program, findings }: Impact): string {
  if (findings.length === 0) return `Nothing in ${markdownCode(program)} breaks.`
  const items = findings.flatMap(({ finding, breakages }) => [
    `- ${escapeMarkdown(finding?.message ?? 'Not explained by one difference.')}`,
    ...breakages.map(({ location, code: error, message }) => {
      const place = markdownCode(`${location.file}:${location.line}:${location.column}`)
      return `  - ${place} ${error ?? 'possible'} ${markdownCode(message)}`
    }),
  ])
  return [`Breaks in ${markdownCode(program)}:`, '', ...items].join('\n')
}

function summarize(report: DriftReport): string {
  const counts = Object.entries(countSeverities(report)).filter(([, count]) => count > 0)
  return counts.map(([severity, count]) => `${count} ${severity}`).join(', ')
}
