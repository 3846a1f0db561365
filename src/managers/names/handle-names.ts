/**
 * Names as a handle means them. Managers send SQL of their own, past the plugins; without this,
 * `db.withSchema('b').branch.createTable` would act on another table than `db.withSchema('b').insertInto`,
 * and under a CamelCasePlugin it would find none. So each name that a program gives is sent once through
 * the plugins of the handle, as the table or column of a SELECT.
 */
import {
  ColumnNode,
  createQueryId,
  type Kysely,
  type OperationNode,
  ReferenceNode,
  SelectionNode,
  SelectQueryNode,
  TableNode,
  type UnknownRow,
} from 'kysely'
import { TimeTravelPlugin } from '../../time-travel/time-travel-plugin.js'
import { parseTableReference } from './names.js'

/** Anything with plugins: a database, a transaction. */
type Handle = Pick<Kysely<unknown>, 'getExecutor'>
type Plugins = ReturnType<ReturnType<Handle['getExecutor']>['withPlugins']>['plugins']

const ANY = 't'

/** The names of one handle. */
export class HandleNames {
  readonly #plugins: Plugins

  constructor(db: Handle) {
    const { plugins } = db.getExecutor()
    this.#plugins = plugins.filter((plugin) => !(plugin instanceof TimeTravelPlugin))
  }

  /** `table` or `database.table` for the server; it has a database where `withSchema` gives one. */
  table(reference: string): string {
    if (this.#plugins.length === 0) return reference
    const { database, table } = parseTableReference(reference)
    const renamed = this.#rename(database, table, ANY)
    return renamed.database === undefined ? renamed.table : `${renamed.database}.${renamed.table}`
  }

  /** A table's bare name, dots included. */
  bareTable(name: string): string {
    return this.#plugins.length === 0 ? name : this.#rename(undefined, name, ANY).table
  }

  /** A column, or the name of an index. */
  column(name: string): string {
    return this.#plugins.length === 0 ? name : this.#rename(undefined, ANY, name).column
  }

  columns(names: readonly string[]): readonly string[] {
    return this.#plugins.length === 0 ? names : names.map((name) => this.column(name))
  }

  database(name: string): string {
    if (this.#plugins.length === 0) return name
    return this.#rename(name, ANY, ANY).database ?? name
  }

  /** The database of `withSchema`; undefined where the connection's own is meant. */
  get schema(): string | undefined {
    return this.#plugins.length === 0 ? undefined : this.#rename(undefined, ANY, ANY).database
  }

  /** A row with the names that the program knows it by. */
  async row(row: UnknownRow): Promise<UnknownRow> {
    const queryId = createQueryId()
    let rows: readonly UnknownRow[] = [row]
    for (const plugin of this.#plugins) {
      rows = (await plugin.transformResult({ result: { rows: [...rows] }, queryId })).rows
    }
    return rows[0] ?? row
  }

  #rename(
    database: string | undefined,
    table: string,
    column: string,
  ): {
    readonly database: string | undefined
    readonly table: string
    readonly column: string
  } {
    const named =
      database === undefined ? TableNode.create(table) : TableNode.createWithSchema(database, table)
    const select = SelectQueryNode.cloneWithSelections(SelectQueryNode.createFrom([named]), [
      SelectionNode.create(ReferenceNode.create(ColumnNode.create(column))),
    ])
    const queryId = createQueryId()
    let node: OperationNode = select
    for (const plugin of this.#plugins) {
      node = plugin.transformQuery({ node: node as SelectQueryNode, queryId })
    }
    const { from, selections } = node as SelectQueryNode
    const found = from?.froms[0]
    const identifier = found !== undefined && TableNode.is(found) ? found.table : named.table
    return {
      database: identifier.schema?.name,
      table: identifier.identifier.name,
      column: columnOf(selections?.[0]?.selection) ?? column,
    }
  }
}

/** The options of an index with its name as the handle means it. */
export function renameIndex<Options extends { readonly name?: string }>(
  options: Options,
  names: HandleNames,
): Options {
  return options.name === undefined ? options : { ...options, name: names.column(options.name) }
}

function columnOf(node: OperationNode | undefined): string | undefined {
  if (node === undefined) return undefined
  if (ReferenceNode.is(node)) return columnOf(node.column)
  return ColumnNode.is(node) ? node.column.name : undefined
}
