/** MatrixOne for `generate()` of kysely-codegen, which takes any dialect. */
import {
  type CreateKyselyDialectOptions,
  type DatabaseMetadata,
  GeneratorDialect,
  Introspector,
  type IntrospectOptions,
  TableMatcher,
} from 'kysely-codegen'
import type { Dialect } from 'kysely'
import { makeKyselyDialect, readOverKysely } from '../read/read-over-kysely.js'
import { MatrixOneAdapter } from './adapter.js'
import { describeForKyselyCodegen } from './metadata.js'

/**
 * Reads vectors, sets, unsigned integers, bool, enums and views as they are, which the dialect `mysql`
 * gives as `unknown` or as something else.
 *
 * @example
 * const dialect = new MatrixOneGeneratorDialect()
 * const db = await dialect.introspector.connect({ connectionString: process.env.DATABASE_URL!, dialect })
 * await generate({ db, dialect, outFile: 'src/db.ts' })
 */
export class MatrixOneGeneratorDialect extends GeneratorDialect {
  readonly introspector = new MatrixOneIntrospector()

  /** The types of the last reading. */
  get adapter(): MatrixOneAdapter {
    return this.introspector.adapter
  }

  async createKyselyDialect({ connectionString }: CreateKyselyDialectOptions): Promise<Dialect> {
    return makeKyselyDialect(connectionString)
  }
}

/** Reads the current database in the constant number of statements that mo-codegen needs. */
class MatrixOneIntrospector extends Introspector<unknown> {
  adapter = new MatrixOneAdapter({})

  async introspect({
    db,
    includePattern,
    excludePattern,
  }: IntrospectOptions<unknown>): Promise<DatabaseMetadata> {
    const { name, model } = await readOverKysely(db)
    const { metadata, scalars } = describeForKyselyCodegen(model, name)
    this.adapter = new MatrixOneAdapter(scalars)
    const isTaken = (pattern: string | null | undefined, table: string): boolean | undefined =>
      pattern ? new TableMatcher(pattern).match(name, table) : undefined
    metadata.tables = metadata.tables.filter(
      (table) =>
        isTaken(includePattern, table.name) !== false &&
        isTaken(excludePattern, table.name) !== true,
    )
    return metadata
  }
}
