/** The report as Markdown, for a comment or the summary of a job. */
import { countSeverities } from './json.js'
import { printable } from './printable.js'
import type { DriftReport, Impact, ReportedFinding, Reporter } from './report.js'

/** Makes the reporter that writes a heading and a table. */
export function markdownReporter(): Reporter {
  return (report) => {
    const { findings, expected, actual, fix } = report
    const notes = report.notes.map((note) => `- ${escape(note)}`)
    const sides = `Expected: ${code(expected)}. Actual: ${code(actual)}.`
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
            ...(fix === null ? [] : [`To accept the actual side, run ${code(fix)}.`]),
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
    `${escape(message)} ${code(ruleId)}`,
    expected === null ? '' : code(expected),
    actual === null ? '' : code(actual),
    location === null ? '' : code(`${location.file}:${location.line}`),
  ]
  return `| ${cells.join(' | ')} |`
}

function writeImpact({ program, findings }: Impact): string {
  if (findings.length === 0) return `Nothing in ${code(program)} breaks.`
  const items = findings.flatMap(({ finding, breakages }) => [
    `- ${escape(finding?.message ?? 'Not explained by one difference.')}`,
    ...breakages.map(({ location, code: error, message }) => {
      const place = code(`${location.file}:${location.line}:${location.column}`)
      return `  - ${place} ${error ?? 'possible'} ${code(message)}`
    }),
  ])
  return [`Breaks in ${code(program)}:`, '', ...items].join('\n')
}

function summarize(report: DriftReport): string {
  const counts = Object.entries(countSeverities(report)).filter(([, count]) => count > 0)
  return counts.map(([severity, count]) => `${count} ${severity}`).join(', ')
}

/** Text without markup: neither a link, a mention, an image, nor HTML. */
function escape(text: string): string {
  return printable(text)
    .replaceAll(/[\\`*_{}[\]()#+!|~$-]/g, String.raw`\$&`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('@', '&#64;')
    .replaceAll(/\b(https?|www)(?=[:.])/gi, '$1&#8203;')
}

/**
 * A code span, in which nothing is markup but `|` of a table. Its fence is longer than any run of
 * backticks inside.
 */
function code(text: string): string {
  if (text === '') return ''
  const shown = printable(text).replaceAll('|', String.raw`\|`)
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const space = /^[` ]|[` ]$/.test(shown) ? ' ' : ''
  return `${fence}${space}${shown}${space}${fence}`
}
