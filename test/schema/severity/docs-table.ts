import type { Finding, Severity } from '../../../src/schema/compare/finding.js'
import type { SeverityCase } from './cases.js'

/** A case with what the comparison found. */
export interface FoundCase extends SeverityCase {
  readonly findings: readonly Finding[]
}

const levels: readonly Severity[] = ['cosmetic', 'additive', 'breaking']

/** The worst severity; undefined without findings. */
export function worstOf(findings: readonly Finding[]): Severity | undefined {
  return levels.findLast((level) => findings.some(({ severity }) => severity === level))
}

/** The tables of docs/drift.md, one for each section. */
export function writeSeverityTables(cases: readonly FoundCase[]): string {
  const sections = [...new Set(cases.map(({ section }) => section))]
  return sections
    .map((section) => {
      const rows = cases
        .filter((one) => one.section === section)
        .map(({ change, findings, reason }) => {
          const rules = [...new Set(findings.map(({ ruleId }) => `\`${ruleId}\``))].join(', ')
          return `| ${change} | ${worstOf(findings) ?? 'none'} | ${reason} | ${rules} |`
        })
      return [
        `### ${section}`,
        '',
        '| change | severity | reason | rules |',
        '|---|---|---|---|',
        ...rows,
      ].join('\n')
    })
    .join('\n\n')
}
