import { createHash } from 'node:crypto'
import type { DatabaseModel, SchemaModel } from '../schema-model.js'
import { databasesText, snapshotParts } from './snapshot-text.js'

/**
 * The first 16 hexadecimal digits of the SHA-256 of the model's snapshot file: equal schemas have
 * equal hashes, and `sha256sum db.schema.json` shows the same digits.
 */
export function hashModel(model: SchemaModel): string {
  return snapshotDigest(model).slice(0, 16)
}

/**
 * The first 16 hexadecimal digits of the SHA-256 of sorted databases, whatever the format of the
 * snapshot file is.
 */
export function hashDatabases(databases: readonly DatabaseModel[]): string {
  return digestOf(databasesText(databases)).slice(0, 16)
}

/** A model is never changed, and one run needs its hash twice: for the types and for the snapshot. */
const known = new WeakMap<SchemaModel, string>()

/** All 64 hexadecimal digits: files with them are the same. */
export function snapshotDigest(model: SchemaModel): string {
  const digest = known.get(model) ?? digestOf(snapshotParts(model))
  known.set(model, digest)
  return digest
}

/** The SHA-256 of a file's content, given whole or as the parts of its text. */
export function digestOf(content: string | Uint8Array | Iterable<string>): string {
  const hash = createHash('sha256')
  if (typeof content === 'string' || content instanceof Uint8Array) {
    return hash.update(content).digest('hex')
  }
  let text = ''
  for (const part of content) {
    text += part
    // Each call costs as much as hashing a kilobyte, so small parts are put together.
    if (text.length < 65_536) continue
    hash.update(text)
    text = ''
  }
  return hash.update(text).digest('hex')
}
