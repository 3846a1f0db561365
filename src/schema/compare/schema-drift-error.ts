import { MatrixOneError } from '../../errors.js'
import type { Finding } from './finding.js'

/** Findings that the message lists; all of them are in `findings`. */
const listed = 10

/** The database is not what the program was built for. */
export class SchemaDriftError extends MatrixOneError {
  /** The differences at or above the level that was asked for. */
  readonly findings: readonly Finding[]

  constructor(findings: readonly Finding[]) {
    const lines = findings
      .slice(0, listed)
      .map(({ severity, message }) => `  ${severity}: ${message}`)
    const more = findings.length > listed ? [`  and ${findings.length - listed} more`] : []
    super(
      [
        `The database differs from the schema snapshot in ${findings.length} ` +
          `${findings.length === 1 ? 'place' : 'places'}:`,
        ...lines,
        ...more,
        'Migrate the database, or generate the types again: mo-codegen generate.',
      ].join('\n'),
    )
    this.findings = Object.freeze(findings)
  }
}
