import { SchemaSnapshotError } from '../../errors.js'
import { schemaFormatVersion } from '../schema-model.js'

/** How the format of a file relates to ours. */
export type FormatAge = 'ours' | 'newer minor' | '1'

const [ourMajor = 0, ourMinor = 0] = schemaFormatVersion.split('.').map(Number)

/**
 * Tells whether and how a format can be read; null for something that is not a version.
 *
 * @throws {SchemaSnapshotError} for a format that only a newer version understands
 */
export function ageOfFormat(version: unknown, path: string): FormatAge | null {
  // Format 1 was a number.
  if (version === 1) return '1'
  const parts = typeof version === 'string' ? /^(\d+)\.(\d+)$/.exec(version) : null
  const major = parts === null ? version : Number(parts[1])
  if (typeof major !== 'number' || !Number.isInteger(major) || major < 1) return null
  if (major > ourMajor) {
    throw new SchemaSnapshotError(
      `${path} has snapshot format ${String(version)}; this version reads formats up to ${ourMajor}.\n` +
        'Update mo-codegen and kysely-matrixone to the version that wrote it.',
    )
  }
  if (parts === null || major < ourMajor) return null
  return Number(parts[2]) > ourMinor ? 'newer minor' : 'ours'
}
