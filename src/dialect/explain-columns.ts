/**
 * Refusals of the server that do not name the column that is the reason. Where the schema value knows
 * the table, most of them do not happen; otherwise the catalog is asked for the names, afterwards.
 */
import {
  type CompiledQuery,
  type InsertQueryNode,
  type OperationNode,
  TableNode,
  type UpdateQueryNode,
} from 'kysely'
import { MatrixOneError } from '../errors.js'
import type { Row } from '../connection/mysql2/reply.js'
import { rewrap, type MatrixOneErrorClass } from '../server/rewrap-error.js'
import { JsonText } from '../sql/json-text.js'
import { toLiteral } from '../sql/literals.js'
import { relationsOf } from './relations.js'
import { expressionOf, nameOf } from './selections.js'

/** One such refusal (4.2.0). */
interface Refusal {
  readonly message: RegExp
  /** The types, as information_schema writes them. */
  readonly types: readonly string[]
  /** The only kind of statement that has it. */
  readonly only?: 'UpdateQueryNode' | 'InsertQueryNode'
  /** Whether the message has other reasons as well, so that the column must be among the used ones. */
  readonly isAmbiguous?: true
  /** The columns in question: returned ones or written ones. */
  readonly used: 'returned' | 'written' | 'changed'
  /** @param columns ` (kind, tags of pets)`, or nothing where they are not known */
  readonly describe: (columns: string) => string
}

const SCHEMA = 'Pass the schema value of mo-codegen to new MatrixOne'

const refusals: readonly Refusal[] = [
  {
    message: /RETURNING does not support volatile function/,
    types: ['ENUM', 'SET'],
    used: 'returned',
    describe: (columns) =>
      `RETURNING cannot give an ENUM or SET column${columns}. ${SCHEMA}, with which it can in ` +
      'INSERT and UPDATE, or return other columns',
  },
  {
    message: /cast, bad value \[\w+ ENUM\]|cast to uint(?:16|64), bad value/,
    types: ['ENUM', 'SET'],
    only: 'InsertQueryNode',
    isAmbiguous: true,
    used: 'changed',
    describe: (columns) =>
      `ON DUPLICATE KEY UPDATE takes only numbers of members for an ENUM or SET column${columns}. ` +
      `${SCHEMA}, which sends them, or write sql\`values(\${sql.ref(column)})\``,
  },
  {
    message: /ambiguous column reference|subquery in JOIN condition/,
    types: ['ENUM', 'SET'],
    only: 'UpdateQueryNode',
    isAmbiguous: true,
    used: 'changed',
    describe: (columns) =>
      `UPDATE cannot compute an ENUM or SET column${columns} from other columns or a subquery. Send one ` +
      'UPDATE for each member, with the condition in where()',
  },
  {
    message: /cast_geometry_to_subtype, bad value \[(?:VAR)?CHAR/,
    types: ['GEOMETRY', 'POINT', 'LINESTRING', 'POLYGON', 'MULTIPOINT', 'MULTILINESTRING'].concat([
      'MULTIPOLYGON',
      'GEOMETRYCOLLECTION',
    ]),
    used: 'written',
    describe: (columns) =>
      `UPDATE takes no text for a geometry${columns}. ${SCHEMA}, which converts it, or write ` +
      'sql`st_geomfromtext(${text})`',
  },
  {
    message: /invalid input: json text/,
    types: ['JSON'],
    used: 'written',
    describe: (columns) =>
      `A string for a JSON column${columns} is sent as JSON text. ${SCHEMA}, with which it is a ` +
      'JSON string, or write jsonText(JSON.stringify(value))',
  },
]

/** A question for the catalog, and the error that its answer makes. */
export interface ColumnQuestion {
  readonly sql: string | undefined
  readonly explain: (rows: readonly Row[]) => MatrixOneError
}

/** The question for the columns that an error is about; undefined for every other error. */
export function askForColumns(
  error: unknown,
  { query, parameters }: CompiledQuery,
): ColumnQuestion | undefined {
  // JSON text that the program wrote as such, or that the schema value marked.
  if (!(error instanceof MatrixOneError) || parameters.some(isJsonText)) return undefined
  const refusal = refusals.find(
    ({ message, only = query.kind }) => only === query.kind && message.test(error.message),
  )
  if (refusal === undefined) return undefined
  const target = targetOf(query)
  if (refusal.isAmbiguous && target === undefined) return undefined
  const named = usedBy[refusal.used](query)
  return {
    sql: target === undefined ? undefined : questionFor(target, refusal.types),
    explain: (rows) => {
      const names = rows.map((row) => String(Object.values(row)[0]))
      const found = names.filter((name) => named.includes(name))
      if (refusal.isAmbiguous && found.length === 0) return error
      const list = (found.length > 0 ? found : names).join(', ')
      const columns = list === '' ? '' : ` (${list} of ${target?.table.identifier.name})`
      const Class = error.constructor as MatrixOneErrorClass
      return rewrap(error, Class, `${error.message}. ${refusal.describe(columns)}`, {
        cause: error.cause,
      })
    },
  }
}

const isJsonText = (value: unknown): boolean => value instanceof JsonText

/** The one table that a query of the builder writes; raw SQL has none that is known. */
function targetOf(query: OperationNode): TableNode | undefined {
  const [relation] = query.kind === 'RawNode' ? [] : relationsOf(query)
  return relation !== undefined && TableNode.is(relation.source) ? relation.source : undefined
}

function questionFor(
  { table: { schema, identifier } }: TableNode,
  types: readonly string[],
): string {
  const database = schema === undefined ? 'database()' : toLiteral(schema.name)
  const list = types.map((type) => toLiteral(type)).join(', ')
  return (
    `select column_name from information_schema.columns where table_schema = ${database} ` +
    `and table_name = ${toLiteral(identifier.name)} and data_type in (${list}) order by ordinal_position`
  )
}

type WriteNode = Partial<
  Pick<InsertQueryNode, 'columns' | 'onDuplicateKey' | 'returning'> &
    Pick<UpdateQueryNode, 'updates'>
>

/** Columns that a query changes in rows that are there. */
function changedBy(query: OperationNode): readonly string[] {
  const { updates = [], onDuplicateKey } = query as OperationNode & WriteNode
  return [...updates, ...(onDuplicateKey?.updates ?? [])].map(({ column }) => nameOf(column))
}

function writtenBy(query: OperationNode): readonly string[] {
  const { columns = [] } = query as OperationNode & WriteNode
  return [...columns.map(nameOf), ...changedBy(query)]
}

function returnedBy(query: OperationNode): readonly string[] {
  const { returning } = query as OperationNode & WriteNode
  return (returning?.selections ?? []).map(({ selection }) => nameOf(expressionOf(selection)))
}

const usedBy = { returned: returnedBy, written: writtenBy, changed: changedBy } as const
