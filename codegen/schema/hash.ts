import { createHash } from 'node:crypto'
import type { SchemaModel } from './schema-model.js'
import { serializeSnapshot } from './snapshot-text.js'

/**
 * The first 16 hexadecimal digits of the SHA-256 of the model's snapshot file: equal schemas have
 * equal hashes, and `sha256sum db.schema.json` shows the same digits.
 */
export function hashModel(model: SchemaModel): string {
  return createHash('sha256').update(serializeSnapshot(model)).digest('hex').slice(0, 16)
}
