/**
 * Format 1 → format 2, on parsed JSON before it is checked. Format 1 knew only that a table has
 * partitions, and held the server's sentence about a broken view.
 */
import { isObject } from '../../options/option-rules.js'
import { brokenViewOf } from '../broken-view.js'
import { schemaFormatVersion } from '../schema-model.js'

type Json = Readonly<Record<string, unknown>>

/** The same schema in today's shape; what is not of format 1 stays as it is, for the check to refuse. */
export function liftModel(model: object): object {
  const { databases } = model as Json
  return {
    ...model,
    formatVersion: schemaFormatVersion,
    liftedFrom: '1',
    databases: mapObjects(databases, (database) => ({
      ...database,
      tables: mapObjects(database['tables'], liftTable),
    })),
  }
}

function liftTable({ partitioned, broken, ...table }: Json): Json {
  return {
    ...table,
    ...(partitioned === true && { partitions: {} }),
    ...(partitioned !== undefined && partitioned !== true && { partitioned }),
    ...(broken !== undefined && {
      broken: typeof broken === 'string' ? brokenViewOf(broken) : broken,
    }),
  }
}

function mapObjects(list: unknown, change: (item: Json) => unknown): unknown {
  if (!Array.isArray(list)) return list
  return list.map((item: unknown) => (isObject(item) ? change(item) : item))
}
