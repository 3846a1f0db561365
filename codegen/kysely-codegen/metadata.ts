/** A schema model as kysely-codegen's metadata: what it cannot say of a column is in the name of its type. */
import { type ColumnMetadataOptions, DatabaseMetadata, type Scalars } from 'kysely-codegen'
import {
  type ColumnModel,
  defaultColumnTypes,
  isReadOnly,
  type SchemaModel,
  type TableModel,
} from 'kysely-matrixone/schema'
import { columnType, type TypeName } from '../emit/typescript/column-type.js'
import { toTypeNode } from './type-nodes.js'

/** The metadata, and the TypeScript types that its data types stand for. */
export interface Described {
  readonly metadata: DatabaseMetadata
  readonly scalars: Scalars
}

/**
 * Describes the tables of one database.
 *
 * A plain column has the data type of the server, so that `typeMapping` finds it. A vector, a set, a
 * generated column and a column of a view have one of their own.
 */
export function describeForKyselyCodegen(model: SchemaModel, schema: string): Described {
  const types = new ScalarTypes()
  const tables = model.databases.flatMap(({ tables: found }) =>
    found.map((table) => ({
      name: table.name,
      schema,
      isView: table.kind !== 'table',
      columns: table.columns.map((column) => describeColumn(column, table, types)),
    })),
  )
  return { metadata: new DatabaseMetadata({ tables }), scalars: types.scalars }
}

function describeColumn(
  column: ColumnModel,
  table: TableModel,
  types: ScalarTypes,
): ColumnMetadataOptions {
  const { name, comment = null, nullable = false, autoIncrement = false, type } = column
  const readOnly = isReadOnly(table)
  const isPlain =
    !readOnly && column.generated === undefined && column.nullabilityUntrusted === undefined
  if (!isPlain) {
    return { name, comment, dataType: types.ownName(typeOf(column, readOnly)), isNullable: false }
  }
  return {
    name,
    comment,
    dataType: types.nameOf(column),
    enumValues: type.name === 'enum' ? [...(type.members ?? [])] : null,
    isNullable: nullable,
    isAutoIncrementing: autoIncrement,
    hasDefaultValue: column.default !== undefined,
  }
}

/** The types by the names that stand for them; kysely-codegen takes a name in lower case. */
class ScalarTypes {
  readonly scalars: Scalars = {}

  /** `int`, or a name of its own where the type is not that of every int. */
  nameOf({ type }: ColumnModel): string {
    const text = typeOf({ name: '', type }, false)
    if (type.name === 'enum') return 'enum'
    if (text !== typeOf({ name: '', type: { name: type.name } }, false)) return this.ownName(text)
    this.scalars[type.name] = toTypeNode(text)
    return type.name
  }

  ownName(text: string): string {
    const name = `matrixone:${Object.keys(this.scalars).length}`
    this.scalars[name] = toTypeNode(text)
    return name
  }
}

function typeOf(column: ColumnModel, readOnly: boolean): string {
  return columnType(column, {
    source: column.name,
    readOnly,
    types: defaultColumnTypes,
    options: { float32ForVecf64: 'refuse' },
    used: new Set<TypeName>(),
  })
}
