/**
 * The snapshot file: a schema model as JSON that people can read and git can merge, one column a
 * line. It is what CI generates from and checks against without a database.
 */
import { SchemaSnapshotError } from '../../errors.js'
import { messageOf } from '../../server/rewrap-error.js'
import { schemaFormatVersion, type SchemaModel } from '../schema-model.js'
import { sortModel } from '../sort-model.js'
import { ModelShapeError, validateModel } from './validate-model.js'

/**
 * Reads the text of a snapshot file; `\r\n` line ends and a byte order mark do not matter.
 *
 * @param path names the file in errors
 * @throws {SchemaSnapshotError} when it is not a snapshot, is damaged, or has another format version
 */
export function parseSnapshot(text: string, path: string): SchemaModel {
  const parsed = parseJson(text, path)
  if (typeof parsed !== 'object' || parsed === null || !('formatVersion' in parsed)) {
    throw new SchemaSnapshotError(
      `${path} is not a schema snapshot of mo-codegen.\nWrite one with: mo-codegen snapshot --out-file ${path}`,
    )
  }
  const { generatedBy: _marker, ...model } = parsed as { generatedBy?: unknown }
  refuseOtherFormats(parsed.formatVersion, path)
  try {
    return sortModel(validateModel(model))
  } catch (error) {
    if (!(error instanceof ModelShapeError)) throw error
    throw damaged(path, error.message)
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown
  } catch (error) {
    const conflict = /^(<{7}|={7}|>{7})/m.test(text)
    throw damaged(
      path,
      conflict ? 'it has merge conflict markers' : `it is not JSON (${firstLine(error)})`,
    )
  }
}

function refuseOtherFormats(version: unknown, path: string): void {
  if (version === schemaFormatVersion) return
  if (typeof version !== 'number') throw damaged(path, 'formatVersion is not a number')
  throw new SchemaSnapshotError(
    version > schemaFormatVersion
      ? `${path} has snapshot format ${version}; this mo-codegen reads format ${schemaFormatVersion}.\nUpdate mo-codegen to the version that wrote it.`
      : `${path} has the older snapshot format ${version}; this mo-codegen reads format ${schemaFormatVersion}.\nWrite it again with: mo-codegen snapshot`,
  )
}

function damaged(path: string, why: string): SchemaSnapshotError {
  return new SchemaSnapshotError(
    `${path} is damaged: ${why}.\nRestore it from version control, or write it again with: mo-codegen snapshot`,
  )
}

function firstLine(error: unknown): string {
  return (messageOf(error).split('\n')[0] ?? '').slice(0, 120)
}
