import type { DatabaseIntrospector, Kysely, SchemaMetadata, TableMetadata } from 'kysely'
import { MetadataManager } from '../managers/metadata/metadata-manager.js'

/** The tables of kysely's own migrations, which it wants left out. */
const KYSELY_TABLES = new Set(['kysely_migration', 'kysely_migration_lock'])

/**
 * kysely's introspection through the metadata manager: `information_schema` on MatrixOne lists
 * hidden columns and names its headings as the query does, so kysely's own answers are wrong.
 */
export class MatrixOneIntrospector implements DatabaseIntrospector {
  readonly #metadata: MetadataManager

  // eslint-disable-next-line typescript/no-explicit-any -- kysely's own signature
  constructor(db: Kysely<any>) {
    this.#metadata = new MetadataManager(db)
  }

  async getSchemas(): Promise<SchemaMetadata[]> {
    return (await this.#metadata.databases()).map((name) => ({ name }))
  }

  async getTables(
    options: { readonly withInternalKyselyTables: boolean } = { withInternalKyselyTables: false },
  ): Promise<TableMetadata[]> {
    const { name: schema, tables } = await this.#metadata.read()
    return tables
      .filter(({ name }) => options.withInternalKyselyTables || !KYSELY_TABLES.has(name))
      .map(({ name, kind, columns }) => ({
        name,
        schema,
        isView: kind === 'view' || kind === 'materialized view',
        isForeign: kind === 'external',
        columns: columns.map((column) => ({
          name: column.name,
          dataType: column.type.name,
          isAutoIncrementing: column.autoIncrement,
          isNullable: column.nullable,
          hasDefaultValue: column.defaultValue !== null,
          ...(column.comment === '' ? {} : { comment: column.comment }),
        })),
      }))
  }
}
