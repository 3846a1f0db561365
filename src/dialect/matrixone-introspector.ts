import type {
  ColumnMetadata,
  DatabaseIntrospector,
  Kysely,
  SchemaMetadata,
  TableMetadata,
} from 'kysely'
import { MetadataManager } from '../managers/metadata/metadata-manager.js'
import type { ColumnModel } from '../schema/schema-model.js'

interface IntrospectionOptions {
  readonly withInternalKyselyTables: boolean
}

/** The tables of kysely's own migrations, which it wants left out. */
const KYSELY_TABLES = new Set(['kysely_migration', 'kysely_migration_lock'])

/**
 * kysely's introspection through the metadata manager: `information_schema` on MatrixOne lists
 * hidden columns and names its headings as the query does, so kysely's own answers are wrong.
 */
export class MatrixOneIntrospector implements DatabaseIntrospector {
  readonly #metadata: MetadataManager

  // oxlint-disable-next-line typescript/no-explicit-any -- kysely's own signature
  constructor(db: Kysely<any>) {
    this.#metadata = new MetadataManager(db)
  }

  async getSchemas(): Promise<SchemaMetadata[]> {
    return (await this.#metadata.databases()).map((name) => ({ name }))
  }

  /** kysely 0.28 asks for this one too; 0.29 has dropped it. */
  async getMetadata(options?: IntrospectionOptions): Promise<{ readonly tables: TableMetadata[] }> {
    return { tables: await this.getTables(options) }
  }

  async getTables(
    options: IntrospectionOptions = { withInternalKyselyTables: false },
  ): Promise<TableMetadata[]> {
    const { name: schema, tables } = await this.#metadata.read()
    return tables
      .filter(({ name }) => options.withInternalKyselyTables || !KYSELY_TABLES.has(name))
      .map(({ name, kind, columns }) => ({
        name,
        schema,
        isView: kind === 'view' || kind === 'materialized view',
        isForeign: kind === 'external',
        columns: columns.map(toKyselyColumn),
      }))
  }
}

function toKyselyColumn(column: ColumnModel): ColumnMetadata {
  const metadata = {
    name: column.name,
    dataType: column.type.name,
    isAutoIncrementing: column.autoIncrement === true,
    isNullable: column.nullable === true,
    hasDefaultValue: column.default !== undefined,
    // kysely's own dialects have the property always.
    comment: column.comment,
  }
  return metadata as ColumnMetadata
}
