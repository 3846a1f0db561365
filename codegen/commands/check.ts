/** `mo-codegen check`: do the database, the snapshot file and the generated file agree? */
import type { Finding } from 'kysely-matrixone/schema'
import type { Settings } from '../config/settings.js'
import { ConfigurationError, UntrustedDatabaseError, type ExitCode } from '../errors.js'
import type { DriftReport, Reporter } from '../report/report.js'
import { textReporter } from '../report/text.js'
import type { Output } from '../workspace/output.js'
import { compareWithSnapshot, compareWithTypes, type Comparison } from './compare-files.js'
import { countTables, loadSource, type SchemaSource, type SourceFlags } from './source.js'

/** Flags that only `check` has. */
export interface CheckFlags extends SourceFlags {
  /** Takes the schema from the snapshot file: no database is needed. */
  readonly offline?: boolean
  /** Looks at one of the two files only. */
  readonly only?: 'snapshot' | 'types'
  /** Lowest severity that fails the check; `any` when absent. */
  readonly failOn?: 'breaking' | 'any'
}

/** Compares and reports; 1 when something differs. */
export async function check(
  settings: Settings,
  flags: CheckFlags,
  output: Output,
  options: { readonly colors: boolean },
): Promise<ExitCode> {
  const from = flags.offline ? (flags.from ?? settings.snapshotFile?.path) : flags.from
  if (flags.offline && from === undefined) {
    throw new ConfigurationError(
      'There is no snapshot file to check offline: the configuration says snapshotFile: false.\nName one with --from <snapshot file>.',
    )
  }
  const source = await loadSource(
    settings,
    { ...flags, ...(from !== undefined && { from }) },
    output,
  )
  const comparisons = await compareFiles(settings, source, flags)
  const isOneThere = isOurs(source, settings) || comparisons.some(({ isMissing }) => !isMissing)
  if (comparisons.length === 0 || !isOneThere) throw nothingToCompare(settings, flags)
  const report = toReport(source, comparisons, flags)
  if (report.findings.length > 0 && !source.complete) {
    throw new UntrustedDatabaseError(
      `The role may not read all of the schema of ${source.label}, so a difference proves nothing.\nGrant what the warning above names, and check again.`,
    )
  }
  const write: Reporter = textReporter(options)
  output.print(write(report))
  const isRed = flags.failOn === 'breaking' ? isBreaking : () => true
  return report.findings.some(isRed) ? 1 : 0
}

async function compareFiles(
  settings: Settings,
  source: SchemaSource,
  { only }: CheckFlags,
): Promise<readonly Comparison[]> {
  const snapshot = only === 'types' ? undefined : await compareWithSnapshot(settings, source)
  const types = only === 'snapshot' ? undefined : await compareWithTypes(settings, source, snapshot)
  return [snapshot, types].filter((compared) => compared !== undefined)
}

/** Whether the schema itself comes from the project's snapshot file, as `--offline` has it. */
function isOurs(source: SchemaSource, { snapshotFile }: Settings): boolean {
  return source.file !== undefined && source.file.path === snapshotFile?.path
}

function toReport(
  source: SchemaSource,
  comparisons: readonly Comparison[],
  flags: CheckFlags,
): DriftReport {
  return {
    expected: comparisons.map(({ file }) => file.shown).join(' and '),
    actual: source.label,
    tables: countTables(source.model),
    findings: comparisons.flatMap(({ findings }) => findings),
    notes: comparisons.flatMap(({ notes }) => notes),
    fix: fixFor(source, flags),
  }
}

function nothingToCompare(settings: Settings, { only }: CheckFlags): ConfigurationError {
  const files = [
    only === 'types' ? null : settings.snapshotFile,
    only === 'snapshot' ? null : settings.outFile,
  ].filter((file) => file !== null)
  const shown = files.map((file) => file.shown).join(' nor ')
  return new ConfigurationError(
    `There is nothing to compare with: no ${shown}.\nWrite them with: mo-codegen generate. Or name them with --out-file and --snapshot-file.`,
  )
}

function fixFor(source: SchemaSource, { only }: CheckFlags): string {
  if (source.file !== undefined) return `mo-codegen generate --from ${source.file.shown}`
  return only === 'snapshot' ? 'mo-codegen snapshot' : 'mo-codegen generate'
}

function isBreaking(finding: Finding): boolean {
  return finding.severity === 'breaking'
}
