/**
 * `mo-codegen check`: do the database, the snapshot file and the generated file say the same?
 *
 * The generated file carries the hash of the schema that it was made from; what differs is told from
 * the snapshot file. A formatter may have run over the generated file: that is a note. A change of
 * its content is a finding, for then the types are no longer those of any schema.
 */
import { compareModels, type Finding, hashModel, snapshotDigest } from 'kysely-matrixone/schema'
import { shownPath, type Settings } from '../config/settings.js'
import { headerOf } from '../emit/typescript/header.js'
import { ConfigurationError, UntrustedDatabaseError, type ExitCode } from '../errors.js'
import { textReporter } from '../report/text.js'
import type { DriftReport, Reporter } from '../report/report.js'
import { hasDigest, normalizeLineEnds, readIfThere } from '../workspace/files.js'
import { inspectGeneratedFile } from '../workspace/generated-file.js'
import type { Output } from '../workspace/output.js'
import {
  countTables,
  loadSource,
  readSnapshot,
  type SchemaSource,
  type SourceFlags,
} from './source.js'

/** What only `check` can be told. */
export interface CheckFlags extends SourceFlags {
  /** Takes the schema from the snapshot file: no database is needed. */
  readonly offline?: boolean
  /** Looks at one of the two files only. */
  readonly only?: 'snapshot' | 'types'
  /** Which findings turn the check red; all when absent. */
  readonly failOn?: 'breaking' | 'any'
}

/** Compares and reports; 1 when something differs. */
export async function check(
  settings: Settings,
  flags: CheckFlags,
  output: Output,
  options: { readonly colors: boolean },
): Promise<ExitCode> {
  const from = flags.offline ? (flags.from ?? settings.snapshotFile ?? undefined) : flags.from
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
  const snapshot = flags.only === 'types' ? undefined : await findSnapshot(settings, source)
  const types = flags.only === 'snapshot' ? undefined : findTypes(settings)
  if (snapshot === undefined && types === undefined) throw nothingToCompare(settings, flags)
  const report = await compareAll(settings, source, snapshot, types)
  if (report.findings.length > 0 && !source.complete) {
    throw new UntrustedDatabaseError(
      `The role may not read all of the schema of ${source.label}, so a difference proves nothing.\nGrant what the warning above names, and check again.`,
    )
  }
  const write: Reporter = textReporter(options)
  output.print(write(report))
  const red = flags.failOn === 'breaking' ? isBreaking : () => true
  return report.findings.some(red) ? 1 : 0
}

interface TypesFile {
  readonly text: string
  readonly shown: string
}

async function compareAll(
  settings: Settings,
  source: SchemaSource,
  snapshot: SchemaSource | undefined,
  types: TypesFile | undefined,
): Promise<DriftReport> {
  const findings = [...compareWithSnapshot(source, snapshot)]
  const notes: string[] = []
  if (types !== undefined) {
    const about = await compareTypes(settings, source, snapshot, types)
    findings.push(...about.findings)
    notes.push(...about.notes)
  }
  const compared = [snapshot?.label, types?.shown].filter((label) => label !== undefined)
  return {
    expected: compared.join(' and '),
    actual: source.label,
    tables: countTables(source.model),
    findings,
    notes,
    fix: fixFor(source, types),
  }
}

function compareWithSnapshot(
  source: SchemaSource,
  snapshot: SchemaSource | undefined,
): readonly Finding[] {
  if (snapshot === undefined || snapshot.model === source.model) return []
  return compareModels(snapshot.model, source.model)
}

async function compareTypes(
  settings: Settings,
  source: SchemaSource,
  snapshot: SchemaSource | undefined,
  { text, shown }: TypesFile,
): Promise<{ readonly findings: readonly Finding[]; readonly notes: readonly string[] }> {
  const state = await inspectGeneratedFile(text, source.model, settings.emit)
  const finding = (ruleId: Finding['ruleId'], severity: Finding['severity'], message: string) => ({
    findings: [{ ruleId, severity, file: shown, expected: null, actual: null, message }],
    notes: [],
  })
  switch (state) {
    case 'current':
      return { findings: [], notes: [] }
    case 'reformatted':
      return {
        findings: [],
        notes: [`${shown} was laid out by a formatter; its content is unchanged.`],
      }
    case 'edited':
      return finding(
        'generated-file-edited',
        'breaking',
        `${shown} was edited by hand: its types are not those of the schema.`,
      )
    case 'other-options':
      return finding(
        'generated-file-options-changed',
        'breaking',
        `${shown} was written with other options (types, interfaceNames) than are configured now.`,
      )
    case 'other-format':
      return finding(
        'generated-file-format-changed',
        'cosmetic',
        `${shown} was written by a mo-codegen that writes types in another way.`,
      )
    case 'foreign':
      throw new ConfigurationError(
        `${shown} was not written by mo-codegen, so there is nothing to compare.\nName the generated file with --out-file.`,
      )
    case 'other-schema':
      return describeOutdated(text, source, snapshot, shown, finding)
  }
}

/** The snapshot's findings already tell what differs when the types were made from that snapshot. */
function describeOutdated<Result>(
  text: string,
  source: SchemaSource,
  snapshot: SchemaSource | undefined,
  shown: string,
  finding: (ruleId: Finding['ruleId'], severity: Finding['severity'], message: string) => Result,
): Result | { readonly findings: readonly Finding[]; readonly notes: readonly string[] } {
  const modelHash = headerOf(normalizeLineEnds(text))?.modelHash
  if (snapshot !== undefined && hashModel(snapshot.model) === modelHash) {
    return { findings: [], notes: [`${shown} was made from the same schema as ${snapshot.label}.`] }
  }
  const detail =
    snapshot === undefined && source.file === undefined
      ? ' Without a snapshot file it is not known what differs.'
      : ''
  return finding(
    'generated-file-outdated',
    'breaking',
    `${shown} was made from another schema than that of ${source.label}.${detail}`,
  )
}

async function findSnapshot(
  settings: Settings,
  source: SchemaSource,
): Promise<SchemaSource | undefined> {
  const { snapshotFile } = settings
  if (snapshotFile === null || snapshotFile === source.file) return undefined
  const label = shownPath(settings.cwd, snapshotFile)
  // Equal schemas have equal texts: nearly always there is nothing to parse and to compare.
  const isSame = hasDigest(snapshotFile, label, snapshotDigest(source.model))
  if (isSame === undefined) return undefined
  return isSame
    ? { model: source.model, label, file: snapshotFile, complete: true }
    : readSnapshot(settings, snapshotFile)
}

function findTypes(settings: Settings): TypesFile | undefined {
  const shown = shownPath(settings.cwd, settings.outFile)
  const text = readIfThere(settings.outFile, shown)
  return text === undefined ? undefined : { text, shown }
}

function nothingToCompare(settings: Settings, flags: CheckFlags): ConfigurationError {
  const places = [
    flags.only === 'types' ? null : settings.snapshotFile,
    flags.only === 'snapshot' ? null : settings.outFile,
  ].filter((path) => path !== null)
  const shown = places.map((path) => shownPath(settings.cwd, path)).join(' nor ')
  return new ConfigurationError(
    `There is nothing to compare with: no ${shown}.\nWrite them with: mo-codegen generate. Or name them with --out-file and --snapshot-file.`,
  )
}

function fixFor(source: SchemaSource, types: TypesFile | undefined): string {
  if (source.file !== undefined) return `mo-codegen generate --from ${source.label}`
  return types === undefined ? 'mo-codegen snapshot' : 'mo-codegen generate'
}

function isBreaking(finding: Finding): boolean {
  return finding.severity === 'breaking'
}
