import { type SchemaModel, sortModel } from 'kysely-matrixone/schema'
import type { ResolvedEmitOptions } from './emit-options.js'
import { planTables } from './plan-tables.js'
import { refuseOthers } from './refuse-others.js'
import { writeDeclarations } from './write-declarations.js'

/** Writes everything below the header of one file, and proves that it is nothing but types and plain data. */
export function writeBody(model: SchemaModel, options: ResolvedEmitOptions): string {
  const text = writeDeclarations(planTables(sortModel(model), options), options)
  refuseOthers(text, options)
  return text
}
