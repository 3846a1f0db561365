/** The tables that are gone, by a comparison or by the snapshot file. */
import { type Finding, snapshotDigest } from 'kysely-matrixone/schema'
import type { Settings } from '../config/settings.js'
import type { Selection } from './select-tables.js'
import type { TableName } from '../read/table-patterns.js'
import { hasDigest, readIfThere, withoutMark } from '../workspace/files.js'

/** The tables that findings call gone. */
export function removedBy(findings: readonly Finding[]): readonly TableName[] {
  return findings.flatMap(({ ruleId, database, table }) =>
    ruleId === 'table-removed' && table !== undefined ? [{ database, table }] : [],
  )
}

/** The tables of the snapshot file that a reading no longer has. */
export function removedSince(
  { snapshotFile }: Settings,
  { model, excluded }: Selection,
): readonly TableName[] {
  // Mostly it says the same, and its text takes longer to take apart than its bytes to hash.
  if (snapshotFile === null || hasDigest(snapshotFile, snapshotDigest(model))) return []
  const text = readIfThere(snapshotFile)
  const isQualified = model.databases.length > 1
  const keyOf = ({ database, table }: TableName): string =>
    JSON.stringify([isQualified ? database : undefined, table])
  const here = new Set([...tablesOf(model), ...excluded].map((name) => keyOf(name)))
  return tablesOf(parse(text ?? '')).filter((name) => !here.has(keyOf(name)))
}

interface Tables {
  readonly databases?: readonly {
    readonly name?: string
    readonly tables?: readonly { readonly name: string }[]
  }[]
}

/** The names of all tables. */
export function tablesOf({ databases = [] }: Tables): readonly TableName[] {
  return databases.flatMap(({ name: database, tables = [] }) =>
    tables.map(({ name: table }) => ({ database, table })),
  )
}

/** Only names are of interest here: checking all of a large snapshot takes longer than reading the database. */
function parse(text: string): Tables {
  try {
    return (JSON.parse(withoutMark(text)) as Tables | null) ?? {}
  } catch {
    return {}
  }
}
