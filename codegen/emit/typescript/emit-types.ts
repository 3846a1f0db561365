import type { SchemaModel } from 'kysely-matrixone/schema'
import {
  resolveEmitOptions,
  type EmitOptions,
  type EmittedFile,
  type ResolvedEmitOptions,
} from './emit-options.js'
import { emitTableFiles } from './emit-table-files.js'
import { expectedHeader, withHeader, type FileOrigin } from './header.js'
import { writeBody } from './write-body.js'

/**
 * Writes a schema model as TypeScript: an interface per table, and `DB` with the searchable indexes. The
 * first file is that of `outFile`.
 *
 * @throws {ConfigurationError} see `planTables` and `columnType`
 */
export async function emitTypes(
  model: SchemaModel,
  options: EmitOptions,
): Promise<readonly EmittedFile[]> {
  const resolved = resolveEmitOptions(options)
  return emitFiles(model, resolved, expectedHeader(model, resolved))
}

/** The same for a caller that has resolved the options and knows the header already. */
export function emitFiles(
  model: SchemaModel,
  options: ResolvedEmitOptions,
  header: FileOrigin,
): readonly EmittedFile[] {
  return options.layout === 'file-per-table'
    ? emitTableFiles(model, options, header)
    : [{ path: options.outFile, text: withHeader(header, writeBody(model, options)) }]
}
