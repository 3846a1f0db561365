import { checkOptions } from '../../options/check-options.js'
import { oneOf, type OptionRules } from '../../options/option-rules.js'
import { compareModels } from '../../schema/compare/compare-models.js'
import type { Finding, Severity } from '../../schema/compare/finding.js'
import { SchemaDriftError } from '../../schema/compare/schema-drift-error.js'
import type { SchemaModel } from '../../schema/schema-model.js'
import { modelOf, parseSnapshot } from '../../schema/snapshot/parse-snapshot.js'
import type { SchemaValue } from '../../schema/value.js'
import { toSchemaModel } from '../../schema/to-schema-model.js'
import type { CompareOptions } from '../../schema/compare/compare-options.js'
import type { ManagerDb } from '../statement/execute.js'
import { runtimeOf } from '../statement/runtime-of.js'
import { MetadataManager } from './metadata-manager.js'

/** Options of `assertSchema`. */
export interface AssertSchemaOptions {
  /** The lowest severity that throws; `breaking` when absent. */
  readonly level?: Severity
}

/** From harmless to harmful. */
const levels = ['cosmetic', 'additive', 'breaking'] as const satisfies readonly Severity[]

const rules = { level: oneOf(...levels) } satisfies OptionRules<AssertSchemaOptions>

/**
 * Compares the database with a snapshot. A difference is read a second time before it is believed: a
 * migration that drops a table to create it anew shows none in between.
 *
 * @param snapshot the text of a snapshot file, its JSON, or a schema model
 */
export async function assertSchema(
  db: ManagerDb,
  snapshot: string | object,
  options: AssertSchemaOptions = {},
): Promise<void> {
  checkOptions('assertSchema', rules, options)
  const { level = 'breaking' } = options
  const expected =
    typeof snapshot === 'string'
      ? parseSnapshot(snapshot, 'The snapshot', warn)
      : modelOf(snapshot, 'The snapshot', warn)
  const reads = readsOf(runtimeOf(db)?.schema?.value)
  const failing = async (): Promise<readonly Finding[]> => {
    const findings = compareModels(expected, await readAsIn(db, expected), reads)
    return findings.filter(({ severity }) => levels.indexOf(severity) >= levels.indexOf(level))
  }
  if ((await failing()).length === 0) return
  const findings = await failing()
  if (findings.length > 0) throw new SchemaDriftError(findings)
}

/** The databases that the snapshot has; its only one, without a name, is the handle's own. */
async function readAsIn(db: ManagerDb, { databases }: SchemaModel): Promise<SchemaModel> {
  const metadata = new MetadataManager(db)
  const read = []
  for (const { name: database } of databases) {
    // Missing rights would read as differences.
    read.push(await metadata.read({ database, strict: true }))
  }
  return toSchemaModel(read)
}

/** How the program reads its columns, as far as its schema value tells. */
function readsOf(schema: SchemaValue | undefined): CompareOptions {
  if (schema === undefined) return {}
  const columns = Object.entries(schema.tables).flatMap(([table, { types = {} }]) =>
    Object.entries(types).map(([column, read]) => [`${table}.${column}`, read] as const),
  )
  return { ...(schema.types && { types: schema.types }), columnTypes: Object.fromEntries(columns) }
}

function warn(warning: string): void {
  process.emitWarning(warning, { type: 'MatrixOneWarning', code: 'KYSELY_MATRIXONE_SNAPSHOT' })
}
