/**
 * Compares a generated file on the disk with what would be written. The header's hashes answer
 * nearly always; ts-morph is loaded only when the text differs from what was written once.
 */
import type { SchemaModel } from 'kysely-matrixone/schema'
import type { EmittedFile, ResolvedEmitOptions } from '../emit/typescript/emit-options.js'
import {
  expectedHeader,
  headerOf,
  isOurs,
  isSameOrigin,
  isUnedited,
  splitPreamble,
  type FileOrigin,
} from '../emit/typescript/header.js'
import { isConflicted, normalizeLineEnds } from './files.js'
import { isSameCode, sameTokens } from './same-tokens.js'

/**
 * - `current`: exactly what would be written, below whatever comments a team has put above.
 * - `reformatted`: what would be written, laid out by a formatter.
 * - `comments-edited`: what would be written, with other comments.
 * - `edited`: from this schema and these options, but its content was changed.
 * - `conflicted`: a merge has left its markers.
 * - `damaged`: our first line, and no header below it.
 * - `other-schema`, `other-options`, `other-format`: made from something else.
 * - `foreign`: not ours.
 */
export type GeneratedFileState =
  | 'current'
  | 'reformatted'
  | 'comments-edited'
  | 'edited'
  | 'conflicted'
  | 'damaged'
  | 'other-schema'
  | 'other-options'
  | 'other-format'
  | 'foreign'

/** The types that a schema and options ask for, with the header that is computed once for them. */
export interface WantedTypes {
  readonly model: SchemaModel
  readonly options: ResolvedEmitOptions
  readonly header: FileOrigin
}

/** Puts together what is to be compared with a file, or written. */
export function wantTypes(model: SchemaModel, options: ResolvedEmitOptions): WantedTypes {
  return { model, options, header: expectedHeader(model, options) }
}

/** One file that is wanted. */
export interface WantedFile {
  readonly header: FileOrigin
  /** Its text; asked for only where the header cannot answer. */
  readonly write: () => Promise<string>
}

/** The file of `outFile`: all types, or the index of the tables' files. */
export function wantedFile(wanted: WantedTypes): WantedFile {
  return { header: wanted.header, write: () => emitText(wanted) }
}

/** Compares the text of a generated file with the one that is wanted. */
export async function inspectGeneratedFile(
  text: string,
  wanted: WantedFile,
): Promise<GeneratedFileState> {
  const plain = normalizeLineEnds(text)
  const found = headerOf(plain)
  if (found === null) return nameDamage(plain)
  if (!isSameOrigin(found, wanted.header)) return nameDifference(found, wanted.header)
  if (isUnedited(plain)) return 'current'
  if (isConflicted(plain)) return 'conflicted'
  const { generated } = splitPreamble(plain)
  const written = await wanted.write()
  if (sameTokens(generated, written)) return 'reformatted'
  return isSameCode(generated, written) ? 'comments-edited' : 'edited'
}

function nameDamage(text: string): GeneratedFileState {
  if (!isOurs(text)) return 'foreign'
  return isConflicted(text) ? 'conflicted' : 'damaged'
}

function nameDifference(found: FileOrigin, wanted: FileOrigin): GeneratedFileState {
  // Another format may hash the same model in another way.
  if (found.formatVersion !== wanted.formatVersion) return 'other-format'
  return found.modelHash === wanted.modelHash ? 'other-options' : 'other-schema'
}

/** The text of `outFile` that would be written. */
export async function emitText(wanted: WantedTypes): Promise<string> {
  const [first] = await emitAll(wanted)
  return first?.text ?? ''
}

const emitted = new WeakMap<WantedTypes, readonly EmittedFile[]>()

/** All files that would be written, that of `outFile` first. */
export async function emitAll(wanted: WantedTypes): Promise<readonly EmittedFile[]> {
  const known = emitted.get(wanted)
  if (known !== undefined) return known
  const { emitFiles } = await import('../emit/typescript/emit-types.js')
  const { model, options, header } = wanted
  const files = emitFiles(model, options, header)
  emitted.set(wanted, files)
  return files
}
