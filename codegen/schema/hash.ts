import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical-json.js'
import type { SchemaModel } from './schema-model.js'
import { sortModel } from './sort-model.js'

/** The first 16 hexadecimal digits of the SHA-256 of the model: equal schemas have equal hashes. */
export function hashModel(model: SchemaModel): string {
  return createHash('sha256').update(canonicalJson(sortModel(model))).digest('hex').slice(0, 16)
}
