/**
 * What a generated file on the disk is, compared with what would be written. The header's hashes
 * answer nearly always; ts-morph is loaded only when the text differs from what was written once.
 */
import type { SchemaModel } from 'kysely-matrixone/schema'
import type { EmitOptions } from '../emit/typescript/emit-options.js'
import { expectedHeader, headerOf, isUnedited, isUpToDate } from '../emit/typescript/header.js'
import { normalizeLineEnds } from './files.js'
import { sameTokens } from './same-tokens.js'

/**
 * - `current`: exactly what would be written.
 * - `reformatted`: what would be written, laid out by a formatter.
 * - `edited`: from this schema and these options, but its content was changed.
 * - `other-schema`, `other-options`, `other-format`: made from something else.
 * - `foreign`: not ours.
 */
export type GeneratedFileState =
  | 'current'
  | 'reformatted'
  | 'edited'
  | 'other-schema'
  | 'other-options'
  | 'other-format'
  | 'foreign'

/** Says what the text of a generated file is for this model and these options. */
export async function inspectGeneratedFile(
  text: string,
  model: SchemaModel,
  options: EmitOptions,
): Promise<GeneratedFileState> {
  const plain = normalizeLineEnds(text)
  if (isUpToDate(plain, model, options)) return 'current'
  const found = headerOf(plain)
  if (found === null) return 'foreign'
  const expected = expectedHeader(model, options)
  if (found.modelHash !== expected.modelHash) return 'other-schema'
  if (found.optionsHash !== expected.optionsHash) return 'other-options'
  if (found.formatVersion !== expected.formatVersion) return 'other-format'
  if (isUnedited(plain)) return 'current'
  return sameTokens(plain, await emitText(model, options)) ? 'reformatted' : 'edited'
}

/** The text that would be written; loads ts-morph. */
export async function emitText(model: SchemaModel, options: EmitOptions): Promise<string> {
  const { emitTypes } = await import('../emit/typescript/emit-types.js')
  const files = await emitTypes(model, options)
  return files.map((file) => file.text).join('\n')
}
