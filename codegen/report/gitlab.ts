/** The report in GitLab's Code Quality format, which marks the lines of a merge request. */
import type { Severity } from 'kysely-matrixone/schema'
import { fingerprintOf } from './fingerprint.js'
import { printable, printableJson } from './printable.js'
import type { Reporter } from './report.js'

const severities: { readonly [S in Severity]: string } = {
  breaking: 'major',
  additive: 'minor',
  cosmetic: 'info',
}

/** Makes the reporter that writes a list of Code Quality violations. */
export function gitlabReporter(): Reporter {
  return ({ findings, expected }) => {
    const violations = findings.map((finding) => ({
      description: printable(finding.message),
      check_name: finding.ruleId,
      fingerprint: fingerprintOf(finding),
      severity: severities[finding.severity],
      // GitLab drops what names no file.
      location: {
        path: finding.location?.file ?? finding.file ?? firstOf(expected),
        lines: { begin: finding.location?.line ?? 1 },
      },
    }))
    return `${printableJson(JSON.stringify(violations, null, 2))}\n`
  }
}

/** `generated/db.schema.json and generated/db.ts` are two files. */
function firstOf(expected: string): string {
  return expected.split(' and ', 1)[0] ?? expected
}
