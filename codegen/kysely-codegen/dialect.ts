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
import type { ColumnModel, SchemaModel } from 'kysely-matrixone/schema'
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
    refuseGarbled(model)
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

/**
 * mysql2 by itself loses the characters beyond the basic plane: MatrixOne labels its texts with a charset that has
 * none of them.
 */
function refuseGarbled({ databases }: SchemaModel): void {
  const garbled = databases
    .flatMap(({ tables }) => tables)
    .flatMap(({ name, columns }) => [name, ...columns.flatMap((column) => namesOf(name, column))])
    .filter((name) => name.includes('\uFFFD'))
  if (garbled.length === 0) return
  throw new Error(
    `The connection of kysely-codegen cannot read ${garbled.join(', ')}: a name or a member of an enum there has a character such as 😀.\n` +
      'Leave the command line, and call generate() with MatrixOneGeneratorDialect, which connects by itself.',
  )
}

function namesOf(table: string, { name, type }: ColumnModel): readonly string[] {
  return [`${table}.${name}`, ...(type.members ?? []).map((member) => `${table}.${name}.${member}`)]
}
