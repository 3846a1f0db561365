import type { SchemaModel } from 'kysely-matrixone/schema'
import { resolveEmitOptions, type EmitOptions, type EmittedFile } from './emit-options.js'
import { expectedHeader, withHeader } from './header.js'
import { writeBody } from './write-body.js'

/**
 * Writes a schema model as TypeScript: an interface a table, and `DB` with the searchable indexes.
 *
 * @throws {ConfigurationError} see `planTables` and `columnType`
 */
export async function emitTypes(
  model: SchemaModel,
  options: EmitOptions,
): Promise<readonly EmittedFile[]> {
  const resolved = resolveEmitOptions(options)
  const body = writeBody(model, resolved)
  return [{ path: resolved.outFile, text: withHeader(expectedHeader(model, options), body) }]
}
