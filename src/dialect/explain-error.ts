/**
 * The server's words on a query of kysely's builder, where they do not name what the program wrote: a
 * column whose name kysely took apart, or the view that was to be written. An error of raw SQL stays,
 * because its author wrote the names.
 */
import {
  AliasNode,
  ColumnNode,
  IdentifierNode,
  type OperationNode,
  ReferenceNode,
  TableNode,
} from 'kysely'
import { MatrixOneError, UnknownObjectError, UnsupportedError } from '../errors.js'
import { type MatrixOneErrorClass, rewrap } from '../server/rewrap-error.js'
import { relationsOf } from './relations.js'
import { nameOf } from './selections.js'

const MISSING =
  /missing FROM-clause entry|column .* does not exist|non-target source in RETURNING|no such table \./i
/** A statement with limits of its own comes by twice. */
const explained = new WeakSet<object>()
const NO_MATCH = /MATCH\(\) AGAINST\(\) function cannot be replaced/
const READ_ONLY = /cannot insert\/update\/delete from (view|external table)/

const MATCH_IN_JOIN =
  'In a join, MATCH … AGAINST needs MatrixOne 4.1. Search first and join the hits: ' +
  "db.selectFrom(db.textSearch(…).as('hit')).innerJoin(…)."

/** The same error in words about the query, or the error itself. */
export function explainError(error: unknown, query: OperationNode): unknown {
  if (!(error instanceof MatrixOneError) || query.kind === 'RawNode') return error
  const { message } = error
  const readOnly = READ_ONLY.exec(message)?.[1]
  if (readOnly !== undefined) return again(error, UnsupportedError, describeTarget(query, readOnly))
  if (explained.has(error)) return error
  if (NO_MATCH.test(message) && 'joins' in query) {
    return again(error, UnsupportedError, `${message.replace(/\.$/, '')}. ${MATCH_IN_JOIN}`)
  }
  if (!MISSING.test(message)) return error
  const hint = describeMisreading(query, message)
  return hint === undefined ? error : again(error, UnknownObjectError, `${message}. ${hint}`)
}

/** The cause stays mysql2's own error. */
function again(error: MatrixOneError, Class: MatrixOneErrorClass, message: string): MatrixOneError {
  const other = rewrap(error, Class, message, { cause: error.cause })
  explained.add(other)
  return other
}

/** The server does not name the view (20301, 4.2.0). */
function describeTarget(query: OperationNode, what: string): string {
  const targets = targetsOf(query).map(({ table: { schema, identifier } }) =>
    schema === undefined ? identifier.name : `${schema.name}.${identifier.name}`,
  )
  const way =
    what === 'view' ? 'Write to the tables that it selects from' : 'Write its file, or use a table'
  const subject =
    targets.length === 1
      ? `${targets[0]} is a ${what}`
      : `One of ${targets.join(', ')} is a ${what}`
  return `${subject.replace(' a external', ' an external')}: MatrixOne can only read it. ${way}.`
}

/** The tables that a query writes. */
function targetsOf(query: OperationNode): readonly TableNode[] {
  const { joins: _joins, ...own } = query as OperationNode & { readonly joins?: unknown }
  return relationsOf(own).flatMap(({ source }) => (TableNode.is(source) ? [source] : []))
}

/**
 * `'a.b'` is column `b` of table `a` for kysely, and `'a as b'` is `a` under another name. The types
 * take a column of such a name anyway, because it is a key of the generated interface.
 */
function describeMisreading(query: OperationNode, message: string): string | undefined {
  const nodes = [...nodesOf(query)]
  const tables = new Set(nodes.flatMap(namesIn))
  const missing = /column '?(?:[^']*\.)?([^'.]+?)'? does not exist/.exec(message)?.[1]
  for (const node of nodes) {
    if (ReferenceNode.is(node) && node.table !== undefined && ColumnNode.is(node.column)) {
      const { schema, identifier } = node.table.table
      if (tables.has(identifier.name)) continue
      const [table, column] = [identifier.name, node.column.column.name]
      const name = `${table}.${column}`
      const isQualified = schema !== undefined && tables.has(schema.name)
      const written = isQualified ? [schema.name, name] : [schema ? `${schema.name}.${name}` : name]
      return describe(written, `column ${column} of table ${table}`)
    }
    if (AliasNode.is(node) && ReferenceNode.is(node.node) && IdentifierNode.is(node.alias)) {
      const [column, alias] = [nameOf(node.node), node.alias.name]
      if (column === missing) {
        return describe([`${column} as ${alias}`], `column ${column} under the alias ${alias}`)
      }
    }
  }
  return undefined
}

/** @param written the column, perhaps after its table */
function describe(written: readonly string[], reading: string): string {
  const ids = written.map((name) => `'${name}'`).join(', ')
  return (
    `kysely reads '${written.join('.')}' as ${reading}. If '${written.at(-1)}' is the name of one column, ` +
    `write sql.id(${ids}) instead, in select() with .as(…)`
  )
}

/** The names by which the columns of a statement's tables are qualified. */
function namesIn(node: OperationNode): readonly string[] {
  if (!node.kind.endsWith('QueryNode')) return []
  return relationsOf(node).flatMap(({ source, qualifier }) =>
    [source, qualifier].flatMap((table) =>
      table !== undefined && TableNode.is(table) ? [table.table.identifier.name] : [],
    ),
  )
}

/** The nodes of a query, without its values: they can be large, or anything. */
function* nodesOf(value: unknown): Generator<OperationNode> {
  if (typeof value !== 'object' || value === null) return
  if ('kind' in value && typeof value.kind === 'string') {
    if (value.kind === 'ValueNode' || value.kind === 'PrimitiveValueListNode') return
    yield value as OperationNode
  }
  for (const part of Object.values(value)) yield* nodesOf(part)
}
