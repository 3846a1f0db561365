import type { Settings } from '../config/settings.js'
import { findSurprises } from '../emit/typescript/warnings.js'
import { isOurs, sealAgain, splitPreamble } from '../emit/typescript/header.js'
import type { ExitCode } from '../errors.js'
import {
  normalizeLineEnds,
  notOurs,
  readIfThere,
  removeFile,
  writeAtomically,
} from '../workspace/files.js'
import {
  emitText,
  type GeneratedFileState,
  inspectGeneratedFile,
  wantedFile,
  wantTypes,
  type WantedTypes,
} from '../workspace/generated-file.js'
import type { Output } from '../workspace/output.js'
import type { ProjectFile } from '../workspace/project-file.js'
import { findOrphans, inspectTableFiles } from '../workspace/table-files.js'
import { confirmRemoved } from './confirm-removed.js'
import { removedSince } from './removed-tables.js'
import { LastRun } from './last-run.js'
import { emitOptionsFor } from './select-tables.js'
import { countTables, loadSource, tablesElsewhere } from './source.js'
import { refuseForeignSnapshot, refuseMixedPrint, writeSnapshot } from './snapshot.js'
import { withinTarget } from './within-target.js'

/**
 * `mo-codegen generate`: writes the types of each target, and the snapshot beside them, where they have
 * changed.
 */
export async function generate(
  targets: readonly [Settings, ...Settings[]],
  output: Output,
): Promise<ExitCode> {
  refuseMixedPrint(targets)
  for (const settings of targets) {
    await withinTarget(settings, () => generateOne(settings, output))
  }
  return 0
}

async function generateOne(settings: Settings, output: Output): Promise<void> {
  if (settings.print) {
    const source = await loadSource(settings, output)
    // One stream is one file.
    const elsewhere = await tablesElsewhere(settings, output)
    const emit = { ...emitOptionsFor(settings, source, elsewhere), layout: 'one-file' } as const
    output.print(await emitText(wantTypes(source.model, emit)))
    return
  }
  // Before the server is asked: a file in the way is reported at once.
  const existing = readIfThere(settings.outFile)
  if (!settings.force) {
    refuseForeignFile(existing, settings.outFile)
    if (settings.from === undefined) refuseForeignSnapshot(settings)
  }
  const last = await LastRun.find(settings)
  if (last?.unchangedTables !== undefined) {
    sayUpToDate(settings, last.unchangedTables, output)
    if (settings.snapshotFile !== null) output.info(`${settings.snapshotFile.shown} is up to date.`)
    return
  }
  const [source] = await Promise.all([
    loadSource(settings, output),
    // Loaded while the server answers.
    import('../emit/typescript/emit-types.js'),
  ])
  await confirmRemoved(settings, removedSince(settings, source))
  const elsewhere = await tablesElsewhere(settings, output)
  const wanted = wantTypes(source.model, emitOptionsFor(settings, source, elsewhere))
  // The files that the index names come first: at no time does it name one that is not there.
  await writeTableFiles(settings, wanted, output)
  await writeTypes(settings, wanted, existing, output)
  if (source.file === undefined) writeSnapshot(settings, source.model, output)
  last?.remember(source)
}

function sayUpToDate({ outFile }: Settings, tables: number, output: Output): void {
  output.info(`${outFile.shown} is up to date (${countOf(tables)}).`)
}

async function writeTypes(
  settings: Settings,
  wanted: WantedTypes,
  existing: string | undefined,
  output: Output,
): Promise<void> {
  const file = settings.outFile
  const state =
    existing === undefined ? undefined : await inspectGeneratedFile(existing, wantedFile(wanted))
  if (state === 'current' || state === 'reformatted') {
    sayUpToDate(settings, countTables(wanted.model), output)
    return
  }
  warnOfEdits(file, state, output)
  await writeFormatted(file, preambleOf(existing) + (await emitText(wanted)), settings)
  output.info(`Wrote ${file.shown} (${countOf(countTables(wanted.model))}).`)
  for (const surprise of findSurprises(wanted.model, wanted.options)) output.warn(surprise)
}

/** Writes the changed files of tables, and removes those of tables that are gone. */
async function writeTableFiles(
  settings: Settings,
  wanted: WantedTypes,
  output: Output,
): Promise<void> {
  const { cwd, force, outFile } = settings
  const files = await inspectTableFiles(wanted, cwd)
  if (!force) for (const { file, existing } of files) refuseForeignFile(existing, file)
  for (const { file, existing, state, text } of files) {
    if (state === 'current' || state === 'reformatted') continue
    warnOfEdits(file, state, output)
    await writeFormatted(file, preambleOf(existing) + text, settings)
    output.info(`Wrote ${file.shown}.`)
  }
  for (const orphan of findOrphans(outFile, files, cwd)) {
    removeFile(orphan)
    output.info(`Removed ${orphan.shown}: its table is gone.`)
  }
}

function warnOfEdits(
  { shown }: ProjectFile,
  state: GeneratedFileState | undefined,
  output: Output,
): void {
  if (state === 'conflicted')
    output.warn(`${shown} had merge conflict markers; it is written anew.`)
  if (state !== 'edited' && state !== 'comments-edited' && state !== 'damaged') return
  output.warn(`${shown} was edited by hand; the edits are overwritten.`)
}

async function writeFormatted(
  file: ProjectFile,
  text: string,
  { format }: Settings,
): Promise<void> {
  if (format === false) {
    writeAtomically(file, text)
    return
  }
  const { formatText } = await import('../workspace/formatter.js')
  writeAtomically(file, sealAgain(formatText(text, file, format)))
}

/** The comments above our header, such as a licence, are kept. */
function preambleOf(existing: string | undefined): string {
  const text = normalizeLineEnds(existing ?? '')
  return isOurs(text) ? splitPreamble(text).preamble : ''
}

function refuseForeignFile(existing: string | undefined, file: ProjectFile): void {
  if (existing === undefined || existing.trim() === '') return
  if (isOurs(normalizeLineEnds(existing))) return
  throw notOurs(file, 'file with --out-file')
}

function countOf(tables: number): string {
  return `${tables} table${tables === 1 ? '' : 's'}`
}
