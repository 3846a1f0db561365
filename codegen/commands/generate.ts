import type { SchemaModel } from 'kysely-matrixone/schema'
import { shownPath, type Settings } from '../config/settings.js'
import { ConfigurationError, type ExitCode } from '../errors.js'
import { headerOf } from '../emit/typescript/header.js'
import { normalizeLineEnds, readIfThere, writeAtomically } from '../workspace/files.js'
import { emitText, inspectGeneratedFile } from '../workspace/generated-file.js'
import type { Output } from '../workspace/output.js'
import { countTables, loadSource, type SourceFlags } from './source.js'
import { refuseForeignSnapshot, writeSnapshot } from './snapshot.js'

/** What only `generate` can be told. */
export interface GenerateFlags extends SourceFlags {
  /** Writes the types to stdout and no file. */
  readonly print?: boolean
  /** Overwrites a file that mo-codegen did not write. */
  readonly force?: boolean
}

/** `mo-codegen generate`: writes the types, and the snapshot beside them, where they have changed. */
export async function generate(
  settings: Settings,
  flags: GenerateFlags,
  output: Output,
): Promise<ExitCode> {
  if (flags.print) {
    const { model } = await loadSource(settings, flags, output)
    output.print(await emitText(model, settings.emit))
    return 0
  }
  const shown = shownPath(settings.cwd, settings.outFile)
  // Looked at before anything is asked of the server: a file in the way is found out at once.
  const existing = readIfThere(settings.outFile, shown)
  if (!flags.force) {
    refuseForeignFile(existing, shown)
    if (flags.from === undefined) refuseForeignSnapshot(settings)
  }
  const source = await loadSource(settings, flags, output)
  await writeTypes(settings, source.model, existing, output)
  if (source.file === undefined) writeSnapshot(settings, source.model, output)
  return 0
}

async function writeTypes(
  settings: Settings,
  model: SchemaModel,
  existing: string | undefined,
  output: Output,
): Promise<void> {
  const shown = shownPath(settings.cwd, settings.outFile)
  const state =
    existing === undefined ? undefined : await inspectGeneratedFile(existing, model, settings.emit)
  if (state === 'current' || state === 'reformatted') {
    output.info(`${shown} is up to date (${countOf(model)}).`)
    return
  }
  if (state === 'edited') output.warn(`${shown} was edited by hand; the edits are overwritten.`)
  writeAtomically(settings.outFile, await emitText(model, settings.emit), shown)
  output.info(`Wrote ${shown} (${countOf(model)}).`)
}

function refuseForeignFile(existing: string | undefined, shown: string): void {
  if (existing === undefined || existing.trim() === '') return
  if (headerOf(normalizeLineEnds(existing)) !== null) return
  throw new ConfigurationError(
    `${shown} was not written by mo-codegen, so it is not overwritten.\nChoose another file with --out-file, or overwrite it with --force.`,
  )
}

function countOf(model: SchemaModel): string {
  const tables = countTables(model)
  return `${tables} table${tables === 1 ? '' : 's'}`
}
