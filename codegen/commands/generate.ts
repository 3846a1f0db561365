import type { SchemaModel } from 'kysely-matrixone/schema'
import type { Settings } from '../config/settings.js'
import { findSurprises } from '../emit/typescript/warnings.js'
import { headerOf, splitPreamble } from '../emit/typescript/header.js'
import { ConfigurationError, type ExitCode } from '../errors.js'
import { normalizeLineEnds, readIfThere, writeAtomically } from '../workspace/files.js'
import {
  emitText,
  inspectGeneratedFile,
  wantTypes,
  type WantedTypes,
} from '../workspace/generated-file.js'
import type { Output } from '../workspace/output.js'
import type { ProjectFile } from '../workspace/project-file.js'
import { countTables, loadSource } from './source.js'
import { refuseForeignSnapshot, refuseMixedPrint, writeSnapshot } from './snapshot.js'

/**
 * `mo-codegen generate`: writes the types of each target, and the snapshot beside them, where they have
 * changed.
 */
export async function generate(
  targets: readonly [Settings, ...Settings[]],
  output: Output,
): Promise<ExitCode> {
  refuseMixedPrint(targets)
  for (const settings of targets) await generateOne(settings, output)
  return 0
}

async function generateOne(settings: Settings, output: Output): Promise<void> {
  if (settings.print) {
    const { model } = await loadSource(settings, output)
    output.print(await emitText(wantTypes(model, settings.emit)))
    return
  }
  // Before the server is asked: a file in the way is reported at once.
  const existing = readIfThere(settings.outFile)
  if (!settings.force) {
    refuseForeignFile(existing, settings.outFile)
    if (settings.from === undefined) refuseForeignSnapshot(settings)
  }
  const source = await loadSource(settings, output)
  await writeTypes(settings.outFile, wantTypes(source.model, settings.emit), existing, output)
  if (source.file === undefined) writeSnapshot(settings, source.model, output)
}

async function writeTypes(
  file: ProjectFile,
  wanted: WantedTypes,
  existing: string | undefined,
  output: Output,
): Promise<void> {
  const state = existing === undefined ? undefined : await inspectGeneratedFile(existing, wanted)
  if (state === 'current' || state === 'reformatted') {
    output.info(`${file.shown} is up to date (${countOf(wanted.model)}).`)
    return
  }
  if (state === 'edited' || state === 'comments-edited') {
    output.warn(`${file.shown} was edited by hand; the edits are overwritten.`)
  }
  writeAtomically(file, preambleOf(existing) + (await emitText(wanted)))
  output.info(`Wrote ${file.shown} (${countOf(wanted.model)}).`)
  for (const surprise of findSurprises(wanted.model, wanted.options)) output.warn(surprise)
}

/** The comments above our header, such as a licence, are kept. */
function preambleOf(existing: string | undefined): string {
  const text = normalizeLineEnds(existing ?? '')
  return headerOf(text) === null ? '' : splitPreamble(text).preamble
}

function refuseForeignFile(existing: string | undefined, file: ProjectFile): void {
  if (existing === undefined || existing.trim() === '') return
  if (headerOf(normalizeLineEnds(existing)) !== null) return
  throw new ConfigurationError(
    `${file.shown} was not written by mo-codegen, so it is not overwritten.\nChoose another file with --out-file, or overwrite it with --force.`,
  )
}

function countOf(model: SchemaModel): string {
  const tables = countTables(model)
  return `${tables} table${tables === 1 ? '' : 's'}`
}
