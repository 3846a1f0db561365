/**
 * Compares a schema with the files that came from an earlier one.
 *
 * The generated file carries the hash of the schema that it was made from; the snapshot file tells
 * what differs. A formatter may have run over either: that is a note. A change of the generated
 * file's content is a finding, for then the types are no longer those of any schema.
 */
import {
  compareModels,
  type Finding,
  type SchemaModel,
  snapshotDigest,
} from 'kysely-matrixone/schema'
import type { Settings } from '../config/settings.js'
import { headerOf } from '../emit/typescript/header.js'
import { withOverriddenReads } from '../emit/typescript/overrides.js'
import { hashShown } from '../emit/typescript/shown-model.js'
import { ConfigurationError } from '../errors.js'
import { hasDigest, normalizeLineEnds, readIfThere } from '../workspace/files.js'
import {
  inspectGeneratedFile,
  wantedFile,
  type WantedTypes,
  wantTypes,
  type GeneratedFileState,
} from '../workspace/generated-file.js'
import type { ProjectFile } from '../workspace/project-file.js'
import { normalizerFor } from './normalize.js'
import { findOrphans, inspectTableFiles } from '../workspace/table-files.js'
import { readSnapshot, type SchemaSource } from './source.js'

/** A file, and what became of comparing the schema with it. */
export interface Comparison {
  readonly file: ProjectFile
  readonly isMissing: boolean
  readonly findings: readonly Finding[]
  /** The schema of the file, where the findings come from comparing it. */
  readonly expected?: SchemaModel
  /** Sentences about what is not drift. */
  readonly notes: readonly string[]
}

/** A comparison with the snapshot file, which then also explains the generated file. */
export interface SnapshotComparison extends Comparison {
  readonly snapshot?: SchemaSource
}

/**
 * Compares with the snapshot file; undefined where none is expected: it is switched off, is the
 * schema itself, or another snapshot file takes its place.
 */
export async function compareWithSnapshot(
  settings: Settings,
  source: SchemaSource,
): Promise<SnapshotComparison | undefined> {
  const file = settings.snapshotFile
  if (file === null || file.path === source.file?.path) return undefined
  // Equal schemas have equal texts: nearly always there is nothing to parse and to compare.
  const isSame = hasDigest(file, snapshotDigest(source.model))
  if (isSame === undefined) return source.file === undefined ? missing(file) : undefined
  if (isSame) return { ...compared(file, []), snapshot: source }
  const snapshot = await readSnapshot(settings, file)
  const options = withOverriddenReads(snapshot.model, settings.emit)
  const normalized = normalizerFor([source.serverVersion], settings.normalize)
  const findings = compareModels(normalized(snapshot.model), normalized(source.model), options)
  return { ...compared(file, findings, snapshot.notes), expected: snapshot.model, snapshot }
}

/** Compares with the generated file. */
export async function compareWithTypes(
  settings: Settings,
  source: SchemaSource,
  snapshot: SnapshotComparison | undefined,
): Promise<Comparison> {
  const file = settings.outFile
  const text = readIfThere(file)
  if (text === undefined) return missing(file)
  const wanted = wantTypes(source.model, settings.emit)
  const state = await inspectGeneratedFile(text, wantedFile(wanted))
  if (state === 'foreign') {
    throw new ConfigurationError(
      `${file.shown} was not written by mo-codegen, so there is nothing to compare.\nName the generated file with --out-file.`,
    )
  }
  if (state === 'other-schema') return explainOutdated(settings, text, source, snapshot)
  return judgeTypes(settings, wanted, state)
}

/** Tells what became of files that were made from the wanted schema. */
async function judgeTypes(
  settings: Settings,
  wanted: WantedTypes,
  state: GeneratedFileState,
): Promise<Comparison> {
  const file = settings.outFile
  const found = told[state]
  const notes = state === 'reformatted' ? [noteOf(file)] : []
  const findings = found === undefined ? [] : [about(file, ...found)]
  // Of an index that was written for something else, the tables' files are older too.
  const isOlder = state === 'other-options' || state === 'other-format'
  const others = isOlder ? [] : await compareTableFiles(settings, wanted)
  return compared(file, [...findings, ...others], notes)
}

/** Files of tables that are missing, were edited, or belong to no table. */
async function compareTableFiles(
  { outFile, cwd }: Settings,
  wanted: WantedTypes,
): Promise<readonly Finding[]> {
  const files = await inspectTableFiles(wanted, cwd)
  return [
    ...files.flatMap(({ file, state }) => {
      if (state === undefined) return [about(file, ...missingFile)]
      if (state === 'foreign') return [about(file, ...foreignFile)]
      if (state === 'other-schema') return [about(file, ...outdatedFile)]
      const found = told[state]
      return found === undefined ? [] : [about(file, ...found)]
    }),
    ...findOrphans(outFile, files, cwd).map((file) => about(file, ...orphanedFile)),
  ]
}

function compared(
  file: ProjectFile,
  findings: readonly Finding[],
  notes: readonly string[] = [],
): Comparison {
  return { file, isMissing: false, findings, notes }
}

function missing(file: ProjectFile): Comparison {
  const finding = about(file, ...missingFile)
  return { ...compared(file, [finding]), isMissing: true }
}

function noteOf(file: ProjectFile): string {
  return `${file.shown} was laid out by a formatter; its content is unchanged.`
}

/** The states that are findings, whatever the schema is. */
const told: { readonly [State in GeneratedFileState]?: Told } = {
  edited: [
    'generated-file-edited',
    'breaking',
    'was edited by hand: its types are not those of the schema.',
  ],
  conflicted: ['generated-file-edited', 'breaking', 'has merge conflict markers.'],
  damaged: [
    'generated-file-edited',
    'breaking',
    'is damaged: its second line was edited or is gone.',
  ],
  'comments-edited': [
    'generated-file-edited',
    'cosmetic',
    'was edited by hand: its comments differ, its types do not.',
  ],
  'other-options': [
    'generated-file-options-changed',
    'breaking',
    'was written with other options (types, interfaceNames) than are configured now.',
  ],
  'other-format': [
    'generated-file-format-changed',
    'cosmetic',
    'was written by a version of mo-codegen that writes types differently.',
  ],
}

/** Rule, severity, and the rest of the sentence that begins with the file's name. */
type Told = readonly [Finding['ruleId'], Finding['severity'], string]

const missingFile: Told = ['generated-file-missing', 'breaking', 'is missing.']
const foreignFile: Told = ['generated-file-missing', 'breaking', 'was not written by mo-codegen.']
const outdatedFile: Told = [
  'generated-file-outdated',
  'breaking',
  'was made from another schema than its index.',
]
const orphanedFile: Told = [
  'generated-file-orphaned',
  'cosmetic',
  'is the file of a table that is gone.',
]

/**
 * The snapshot's findings already tell what differs when the types were made from that snapshot. Whether
 * they were edited since is another question, which that schema answers.
 */
async function explainOutdated(
  settings: Settings,
  text: string,
  source: SchemaSource,
  withSnapshot: SnapshotComparison | undefined,
): Promise<Comparison> {
  const file = settings.outFile
  const modelHash = headerOf(normalizeLineEnds(text))?.modelHash
  const judge = async (model: SchemaModel): Promise<Comparison> => {
    const wanted = wantTypes(model, settings.emit)
    return judgeTypes(settings, wanted, await inspectGeneratedFile(text, wantedFile(wanted)))
  }
  // A check of some tables only gives no reason to doubt the types of all.
  if (hashShown(source.whole) === modelHash) return judge(source.whole)
  const snapshot = withSnapshot?.snapshot
  // The types may be those of all its tables, or of the ones that the patterns take.
  const made = [snapshot?.whole, snapshot?.model].find(
    (model) => model !== undefined && hashShown(model) === modelHash,
  )
  if (made !== undefined) {
    const label = withSnapshot?.file.shown ?? ''
    const judged = await judge(made)
    const note = `${file.shown} was made from the same schema as ${label}.`
    return { ...judged, notes: [note, ...judged.notes] }
  }
  const isUnexplained = snapshot === undefined && source.file === undefined
  const detail = isUnexplained ? ' The differences are unknown without a snapshot file.' : ''
  const reason = `was made from a schema other than that of ${source.label}.${detail}`
  return compared(file, [about(file, 'generated-file-outdated', 'breaking', reason)])
}

function about(
  file: ProjectFile,
  ruleId: Finding['ruleId'],
  severity: Finding['severity'],
  predicate: string,
): Finding {
  const message = `${file.shown} ${predicate}`
  return { ruleId, severity, file: file.shown, expected: null, actual: null, message }
}
