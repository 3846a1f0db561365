/** The report as SARIF 2.1.0, for code scanning. */
import type { RuleId, Severity } from 'kysely-matrixone/schema'
import { fingerprintOf } from './fingerprint.js'
import { printable, printableJson } from './printable.js'
import type { Breakage, FileLocation, ReportedFinding, Reporter } from './report.js'
import { placeOf } from './place-of.js'

const levels: { readonly [S in Severity]: string } = {
  breaking: 'error',
  additive: 'warning',
  cosmetic: 'note',
}

/** Makes the reporter that writes one SARIF log with one run. */
export function sarifReporter(): Reporter {
  return (report) => {
    const { findings, impact } = report
    const broken = new Map(impact?.findings.map((one) => [one.finding, one.breakages]))
    const rules = [...new Set(findings.map(({ ruleId }) => ruleId))].toSorted()
    const log = {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'mo-codegen', rules: rules.map(describeRule) } },
          columnKind: 'utf16CodeUnits',
          results: findings.map((finding) => ({
            ...toResult(finding, rules, placeOf(finding, report)),
            ...relatedLocations(broken.get(finding)),
          })),
        },
      ],
    }
    return `${printableJson(JSON.stringify(log, null, 2))}\n`
  }
}

function describeRule(id: RuleId): object {
  const text = `${id.charAt(0).toUpperCase()}${id.slice(1).replaceAll('-', ' ')}.`
  return { id, shortDescription: { text } }
}

function toResult(
  finding: ReportedFinding,
  rules: readonly RuleId[],
  place: FileLocation | undefined,
): object {
  const { ruleId, severity, message, expected, actual } = finding
  const sides = [
    ...(expected === null ? [] : [`Expected: ${expected}.`]),
    ...(actual === null ? [] : [`Actual: ${actual}.`]),
  ]
  return {
    ruleId,
    ruleIndex: rules.indexOf(ruleId),
    level: levels[severity],
    message: { text: [message, ...sides].map(plainText).join(' ') },
    // GitHub refuses a whole file with a result that names no place.
    ...(place && { locations: [{ physicalLocation: physicalLocation(place) }] }),
    partialFingerprints: { 'moCodegenFinding/v1': fingerprintOf(finding) },
    properties: { severity },
  }
}

/** Places of the program that a finding breaks. */
function relatedLocations(breakages: readonly Breakage[] = []): object {
  if (breakages.length === 0) return {}
  const related = breakages.map(({ location, code, message }, id) => ({
    id,
    physicalLocation: physicalLocation(location),
    message: { text: plainText(`${code ?? 'possible'}: ${message}`) },
  }))
  return { relatedLocations: related }
}

function physicalLocation({ file, line, column }: FileLocation): object {
  const uri = file.split(/[\\/]/).map(encodeURIComponent).join('/')
  return { artifactLocation: { uri }, region: { startLine: line, startColumn: column } }
}

/** SARIF reads `[text](target)` in a message as a link. */
function plainText(text: string): string {
  return printable(text).replaceAll(/[\\[\]]/g, String.raw`\$&`)
}
