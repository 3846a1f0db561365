import { basename } from 'node:path'
import type { SchemaModel } from 'kysely-matrixone/schema'
import {
  resolveEmitOptions,
  type EmitOptions,
  type EmittedFile,
  type ResolvedEmitOptions,
} from './emit-options.js'
import { ConfigurationError } from '../../errors.js'
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
  refuseValues(options)
  return options.layout === 'file-per-table'
    ? emitTableFiles(model, options, header)
    : [{ path: options.outFile, text: withHeader(header, writeBody(model, options)) }]
}

/** A declaration file has no values: the compiler refuses `schema` there (TS1254), and an enum would be undefined at run time. */
function refuseValues({ outFile, schemaValue, runtimeEnums }: ResolvedEmitOptions): void {
  const name = basename(outFile)
  if (!/\.d\.[cm]?ts$/i.test(name) || !(schemaValue || runtimeEnums)) return
  const [value, way] = schemaValue
    ? ['the constant schema', 'with --no-schema-value']
    : ['enums', 'without --runtime-enums']
  throw new ConfigurationError(
    `${name} is a declaration file, which can hold types only, and ${value} would be written into it.\n` +
      `Name it ${name.replace(/\.d(?=\.[cm]?ts$)/i, '')}, or generate ${way}.`,
  )
}
