import type { Finding } from 'kysely-matrixone/schema'
import type { Settings } from '../config/settings.js'
import { UntrustedDatabaseError } from '../errors.js'
import type { TableName } from '../read/table-patterns.js'
import type { SchemaSource } from './source.js'

/** Whether findings fail a command, after `--fail-on`. */
export function areFailing(
  findings: readonly Finding[],
  { failOn }: Pick<Settings, 'failOn'>,
): boolean {
  return findings.some(({ severity }) => failOn !== 'breaking' || severity === 'breaking')
}

/**
 * Refuses findings that come from a reading with too few rights.
 *
 * @param verb of the command, for the message: `check`
 * @throws {UntrustedDatabaseError} naming the schema that was not read whole
 */
export function refusePartialReading(
  findings: readonly Finding[],
  sources: readonly SchemaSource[],
  verb: string,
): void {
  if (findings.length === 0) return
  const partial = sources.find(
    ({ complete, unreadViews }) => !complete || findings.some(isAboutOneOf(unreadViews)),
  )
  if (partial === undefined) return
  throw new UntrustedDatabaseError(
    `The role may not read all of the schema of ${partial.label}, so a difference proves nothing.\nGrant what the warning above names, and ${verb} again.`,
  )
}

/** A finding about a whole file can come from any view. */
function isAboutOneOf(views: readonly TableName[]): (finding: Finding) => boolean {
  return (finding) =>
    views.some(
      ({ database, table }) =>
        finding.table === undefined || (finding.table === table && finding.database === database),
    )
}
