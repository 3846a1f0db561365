/**
 * The snapshot file: a schema model as JSON that people can read and git can merge, one column a
 * line. It is what CI generates from and checks against without a database.
 */
import { SchemaSnapshotError } from '../../errors.js'
import { messageOf } from '../../server/rewrap-error.js'
import { schemaFormatVersion, type SchemaModel } from '../schema-model.js'
import { sortModel } from '../sort-model.js'
import { ageOfFormat } from './format-version.js'
import { liftModel } from './lift-model.js'
import { ModelShapeError, validateModel } from './validate-model.js'

/**
 * Reads the text of a snapshot file; `\r\n` line ends and a byte order mark do not matter. Older formats
 * are lifted, fields of a newer minor version are left out.
 *
 * @param path names the file in errors
 * @param onWarning told what an older format does not hold, or a newer one holds that is left out
 * @throws {SchemaSnapshotError} when it is not a snapshot, is damaged, or needs a newer version
 */
export function parseSnapshot(
  text: string,
  path: string,
  onWarning: (warning: string) => void = () => {},
): SchemaModel {
  return modelOf(parseJson(text, path), path, onWarning)
}

/** Reads a snapshot that is JSON already, such as an imported one; see {@link parseSnapshot}. */
export function modelOf(
  json: unknown,
  path: string,
  onWarning: (warning: string) => void = () => {},
): SchemaModel {
  if (typeof json !== 'object' || json === null || !('formatVersion' in json)) {
    throw notASnapshot(path)
  }
  const { generatedBy: _marker, ...model } = json as { generatedBy?: unknown }
  const age = ageOfFormat(json.formatVersion, path)
  if (age === null) throw damaged(path, 'formatVersion is not a version')
  try {
    switch (age) {
      case 'ours':
        return sortModel(validateModel(model))
      case 'newer minor':
        return sortModel(readNewer(model, path, onWarning))
      case '1': {
        onWarning(
          `${path} has the older snapshot format 1, which does not hold view definitions, checks, ` +
            'partitions, CLUSTER BY and external files: those are not compared. Write it again with: mo-codegen snapshot',
        )
        return sortModel(validateModel(liftModel(model)))
      }
    }
  } catch (error) {
    if (!(error instanceof ModelShapeError)) throw error
    throw damaged(path, error.message)
  }
}

function readNewer(model: object, path: string, onWarning: (warning: string) => void): SchemaModel {
  const unknown = new Set<string>()
  const copy = { ...structuredClone(model), formatVersion: schemaFormatVersion }
  const read = validateNewer(copy, path, (place) => unknown.add(place.replaceAll(/\[\d+\]/g, '')))
  if (unknown.size > 0) {
    onWarning(
      `${path} was written by a newer version. Left out because this one does not know them: ` +
        `${[...unknown].sort().join(', ')}. Update mo-codegen and kysely-matrixone.`,
    )
  }
  return read
}

function validateNewer(
  model: object,
  path: string,
  onUnknown: (place: string) => void,
): SchemaModel {
  try {
    return validateModel(model, onUnknown)
  } catch (error) {
    if (!(error instanceof ModelShapeError)) throw error
    throw new SchemaSnapshotError(
      `${path} was written by a newer version, and this one cannot read it: ${error.message}.\n` +
        'Update mo-codegen and kysely-matrixone to the version that wrote it.',
    )
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown
  } catch (error) {
    if (/^(<{7}|={7}|>{7})/m.test(text)) throw damaged(path, 'it has merge conflict markers')
    if (/^\s*[^\s{]/.test(text)) throw notASnapshot(path)
    throw damaged(path, `it is not JSON (${firstLine(error)})`)
  }
}

function notASnapshot(path: string): SchemaSnapshotError {
  return new SchemaSnapshotError(
    `${path} is not a schema snapshot of mo-codegen.\nWrite one with: mo-codegen snapshot`,
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
