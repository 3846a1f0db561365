/** Writes the generated files of one target, where they have changed. */
import type { Settings } from '../config/settings.js'
import { isOurs, sealAgain, splitPreamble } from '../emit/typescript/header.js'
import { findSurprises } from '../emit/typescript/warnings.js'
import { normalizeLineEnds, notOurs, removeFile, writeAtomically } from '../workspace/files.js'
import {
  emitText,
  type GeneratedFileState,
  inspectGeneratedFile,
  wantedFile,
  type WantedTypes,
} from '../workspace/generated-file.js'
import type { Output } from '../workspace/output.js'
import type { ProjectFile } from '../workspace/project-file.js'
import { findOrphans, inspectTableFiles } from '../workspace/table-files.js'
import { countTables } from './source.js'

/** A file that is written because it has changed. */
interface Changed {
  readonly file: ProjectFile
  readonly state: GeneratedFileState | undefined
  readonly text: string
}

/** Writes what has changed, and removes the files of tables that are gone; all is formatted before a file is written. */
export async function writeTypes(
  settings: Settings,
  wanted: WantedTypes,
  existing: string | undefined,
  output: Output,
): Promise<void> {
  const { cwd, force, outFile } = settings
  const files = await inspectTableFiles(wanted, cwd)
  if (!force) for (const { file, existing: there } of files) refuseForeignFile(there, file)
  const tables = files
    .filter(({ state }) => !isUpToDate(state))
    .map(({ file, existing: there, state, text }) => ({
      file,
      state,
      text: preambleOf(there) + text,
    }))
  const types = await changedTypes(settings, wanted, existing)
  const wantedFiles = types === undefined ? tables : [...tables, types]
  const changed = await format(wantedFiles, settings, output)
  // The files that the index names come first: at no time does it name one that is not there.
  for (const { file, state, text } of changed.slice(0, tables.length)) {
    warnOfEdits(file, state, output)
    writeAtomically(file, text)
    output.info(`Wrote ${file.shown}.`)
  }
  for (const orphan of findOrphans(outFile, files, cwd)) {
    removeFile(orphan)
    output.info(`Removed ${orphan.shown}: its table is gone.`)
  }
  const [index] = changed.slice(tables.length)
  if (index === undefined) {
    sayUpToDate(settings, countTables(wanted.model), output)
    return
  }
  warnOfEdits(outFile, index.state, output)
  writeAtomically(outFile, index.text)
  output.info(`Wrote ${outFile.shown} (${countOf(countTables(wanted.model))}).`)
  for (const surprise of findSurprises(wanted.model, wanted.options)) output.warn(surprise)
}

/** The file of `outFile`; undefined where it is up to date. */
async function changedTypes(
  { outFile }: Settings,
  wanted: WantedTypes,
  existing: string | undefined,
): Promise<Changed | undefined> {
  const state =
    existing === undefined ? undefined : await inspectGeneratedFile(existing, wantedFile(wanted))
  if (isUpToDate(state)) return undefined
  return { file: outFile, state, text: preambleOf(existing) + (await emitText(wanted)) }
}

function isUpToDate(state: GeneratedFileState | undefined): boolean {
  return state === 'current' || state === 'reformatted'
}

async function format(
  files: readonly Changed[],
  { format: formatter }: Settings,
  output: Output,
): Promise<readonly Changed[]> {
  if (formatter === false || files.length === 0) return files
  const { formatTexts } = await import('../workspace/formatter.js')
  const what = files.length === 1 ? '1 file' : `${files.length} files`
  const texts = await output.during(`Formatting ${what}`, formatTexts(files, formatter))
  return files.map((one, at) => ({ ...one, text: sealAgain(texts[at] ?? one.text) }))
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

/** The comments above our header, such as a licence, are kept. */
function preambleOf(existing: string | undefined): string {
  const text = normalizeLineEnds(existing ?? '')
  return isOurs(text) ? splitPreamble(text).preamble : ''
}

/** Says that nothing has to be written. */
export function sayUpToDate({ outFile }: Settings, tables: number, output: Output): void {
  output.info(`${outFile.shown} is up to date (${countOf(tables)}).`)
}

/** Refuses to overwrite what mo-codegen has not written. */
export function refuseForeignFile(existing: string | undefined, file: ProjectFile): void {
  if (existing === undefined || existing.trim() === '') return
  if (isOurs(normalizeLineEnds(existing))) return
  throw notOurs(file, 'file with --out-file')
}

function countOf(tables: number): string {
  return `${tables} table${tables === 1 ? '' : 's'}`
}
