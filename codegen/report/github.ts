/** The report as workflow commands of GitHub Actions, which annotate the lines of a pull request. */
import type { Severity } from 'kysely-matrixone/schema'
import { printable } from './printable.js'
import type { FindingImpact, Reporter, ReportedFinding } from './report.js'

const commands: { readonly [S in Severity]: string } = {
  breaking: 'error',
  additive: 'warning',
  cosmetic: 'notice',
}

/** Makes the reporter that writes a workflow command for each finding and note. */
export function githubReporter(): Reporter {
  return ({ findings, notes, impact, expected, actual }) => {
    const lines = [
      ...findings.map(writeFinding),
      ...(impact?.findings ?? []).flatMap(writeBreakages),
      ...notes.map((note) => `::notice::${escapeMessage(note)}`),
    ]
    if (findings.length === 0) {
      lines.push(`No drift: ${printable(expected)} and ${printable(actual)} agree.`)
    }
    return `${lines.join('\n')}\n`
  }
}

function writeFinding({ location, message, severity, ruleId, ...sides }: ReportedFinding): string {
  const properties = [
    ...(location === null
      ? []
      : [
          `file=${escapeProperty(location.file)}`,
          `line=${location.line}`,
          `col=${location.column}`,
        ]),
    `title=${escapeProperty(`${severity}: ${ruleId}`)}`,
  ]
  const { expected, actual } = sides
  const lines = [
    message,
    ...(expected === null ? [] : [`- ${expected}`]),
    ...(actual === null ? [] : [`+ ${actual}`]),
  ]
  return `::${commands[severity]} ${properties.join(',')}::${lines.map(escapeMessage).join('%0A')}`
}

/** SQL text that names a column is a notice: it only may break. */
function writeBreakages({ finding, breakages }: FindingImpact): readonly string[] {
  return breakages.map(({ location: { file, line, column }, code, message }) => {
    const properties = [
      `file=${escapeProperty(file)}`,
      `line=${line}`,
      `col=${column}`,
      `title=${escapeProperty(finding?.message ?? 'Schema drift')}`,
    ]
    const text = code === null ? `May break: ${message}` : `${code}: ${message}`
    return `::${code === null ? 'notice' : 'error'} ${properties.join(',')}::${escapeMessage(text)}`
  })
}

/** GitHub reads `%25`, `%0D` and `%0A` in a message. */
function escapeMessage(text: string): string {
  return printable(text).replaceAll('%', '%25')
}

/** … and the separators of properties besides. */
function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
