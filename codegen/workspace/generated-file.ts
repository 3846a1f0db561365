/**
 * Compares a generated file on the disk with what would be written. The header's hashes answer
 * nearly always; ts-morph is loaded only when the text differs from what was written once.
 */
import type { SchemaModel } from 'kysely-matrixone/schema'
import type { ResolvedEmitOptions } from '../emit/typescript/emit-options.js'
import {
  expectedHeader,
  headerOf,
  isSameOrigin,
  isUnedited,
  splitPreamble,
  type FileOrigin,
} from '../emit/typescript/header.js'
import { normalizeLineEnds } from './files.js'
import { isSameCode, sameTokens } from './same-tokens.js'

/**
 * - `current`: exactly what would be written, below whatever comments a team has put above.
 * - `reformatted`: what would be written, laid out by a formatter.
 * - `comments-edited`: what would be written, with other comments.
 * - `edited`: from this schema and these options, but its content was changed.
 * - `other-schema`, `other-options`, `other-format`: made from something else.
 * - `foreign`: not ours.
 */
export type GeneratedFileState =
  | 'current'
  | 'reformatted'
  | 'comments-edited'
  | 'edited'
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

/** Compares the text of a generated file with the types that are wanted. */
export async function inspectGeneratedFile(
  text: string,
  wanted: WantedTypes,
): Promise<GeneratedFileState> {
  const plain = normalizeLineEnds(text)
  const found = headerOf(plain)
  if (found === null) return 'foreign'
  if (!isSameOrigin(found, wanted.header)) return nameDifference(found, wanted.header)
  if (isUnedited(plain)) return 'current'
  const { generated } = splitPreamble(plain)
  const written = await emitText(wanted)
  if (sameTokens(generated, written)) return 'reformatted'
  return isSameCode(generated, written) ? 'comments-edited' : 'edited'
}

function nameDifference(found: FileOrigin, wanted: FileOrigin): GeneratedFileState {
  // Another format may hash the same model in another way.
  if (found.formatVersion !== wanted.formatVersion) return 'other-format'
  return found.modelHash === wanted.modelHash ? 'other-options' : 'other-schema'
}

/** The text that would be written; loads ts-morph. */
export async function emitText({ model, options, header }: WantedTypes): Promise<string> {
  const { emitFiles } = await import('../emit/typescript/emit-types.js')
  return emitFiles(model, options, header)
    .map((file) => file.text)
    .join('\n')
}
