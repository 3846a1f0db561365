import type { AnyHandle } from './any-query.js'
import { HandleNames } from '../managers/names/handle-names.js'
import { parseTableReference } from '../managers/names/names.js'
import type { SchemaIndex } from '../schema/schema-index.js'
import type { TableValue } from '../schema/value.js'

/** The table of the schema value that a program's name stands for; undefined when it is not there. */
export function findTableValue(
  db: AnyHandle,
  schema: SchemaIndex | undefined,
  name: string,
): TableValue | undefined {
  const { database, table } = parseTableReference(new HandleNames(db).table(name))
  return schema?.find(database, table)
}
