/** The report in GitLab's Code Quality format, which marks the lines of a merge request. */
import type { Severity } from 'kysely-matrixone/schema'
import { fingerprintOf } from './fingerprint.js'
import { printable, printableJson } from './printable.js'
import type { FileLocation, Reporter } from './report.js'
import { placeOf } from './place-of.js'
import { nameSides } from './sides.js'

const severities: { readonly [S in Severity]: string } = {
  breaking: 'major',
  additive: 'minor',
  cosmetic: 'info',
}

/** Makes the reporter that writes a list of Code Quality violations. */
export function gitlabReporter(): Reporter {
  return (report) => {
    const { findings, actual } = report
    const violations = findings.map((finding) => ({
      description: printable(finding.message),
      check_name: finding.ruleId,
      fingerprint: fingerprintOf(finding),
      severity: severities[finding.severity],
      // GitLab drops what names no file.
      location: toLocation(placeOf(finding, report), nameSides(actual)),
    }))
    return `${printableJson(JSON.stringify(violations, null, 2))}\n`
  }
}

function toLocation(place: FileLocation | undefined, otherwise: string): object {
  return { path: place?.file ?? otherwise, lines: { begin: place?.line ?? 1 } }
}
