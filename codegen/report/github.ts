/** The report as workflow commands of GitHub Actions, which annotate the lines of a pull request. */
import type { Severity } from 'kysely-matrixone/schema'
import { printable } from './printable.js'
import type { FileLocation, FindingImpact, Reporter, ReportedFinding } from './report.js'
import { nameSides } from './sides.js'

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
      lines.push(`No drift: ${printable(nameSides([...expected, ...actual]))} agree.`)
    }
    return `${lines.join('\n')}\n`
  }
}

function writeFinding({ location, message, severity, ruleId, ...sides }: ReportedFinding): string {
  const { expected, actual } = sides
  const lines = [
    message,
    ...(expected === null ? [] : [`- ${expected}`]),
    ...(actual === null ? [] : [`+ ${actual}`]),
  ]
  return writeCommand(commands[severity], location, `${severity}: ${ruleId}`, lines)
}

/** SQL text that names a column is a notice: it only may break. */
function writeBreakages({ finding, breakages }: FindingImpact): readonly string[] {
  const title = finding?.message ?? 'Schema drift'
  return breakages.map(({ location, code, message }) =>
    code === null
      ? writeCommand('notice', location, title, [`May break: ${message}`])
      : writeCommand('error', location, title, [`${code}: ${message}`]),
  )
}

function writeCommand(
  command: string,
  location: FileLocation | null,
  title: string,
  lines: readonly string[],
): string {
  const properties = [
    ...(location === null
      ? []
      : [
          `file=${escapeProperty(location.file)}`,
          `line=${location.line}`,
          `col=${location.column}`,
        ]),
    `title=${escapeProperty(title)}`,
  ]
  return `::${command} ${properties.join(',')}::${lines.map(escapeMessage).join('%0A')}`
}

/** GitHub reads `%25`, `%0D` and `%0A` in a message. */
function escapeMessage(text: string): string {
  return printable(text).replaceAll('%', '%25')
}

/** … and the separators of properties besides. */
function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
