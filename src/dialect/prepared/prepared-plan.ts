/**
 * Statements that may be prepared: a SELECT of columns of one table, whose WHERE compares columns with
 * values, joined by AND and OR. A prepared statement casts each value to the type of its column (4.2.0), while a
 * text compares by the types of both: `varchar_column = 5` is a comparison of numbers there, and one of
 * texts here. So every column that is compared must be a column of the result, where the server says its
 * type with each answer. Under ORDER BY it does not say of which table a column is (4.2.0). Anything that is not
 * named here stays text.
 */
import {
  AliasNode,
  AndNode,
  BinaryOperationNode,
  type CompiledQuery,
  IdentifierNode,
  MysqlQueryCompiler,
  type OperationNode,
  OperatorNode,
  OrNode,
  ParensNode,
  ReferenceNode,
  SelectAllNode,
  SelectQueryNode,
  TableNode,
  ValueNode,
} from 'kysely'
import { expressionOf, nameOf } from '../selections.js'

/** The column of the result that a value is compared with. */
export interface ComparedColumn {
  /** Its table in the result: the alias, or the name. */
  readonly table: string
  /** Its name in the result. */
  readonly name: string
}

/** The meaning of each `?` of a statement; LIMIT and OFFSET are numbers in its text. */
export type PreparedPlan = readonly (ComparedColumn | 'number')[]

const MAX_PLANS = 1000

const plans = new Map<string, PreparedPlan | undefined>()

/** The plan of a query; undefined when it has to be text. */
export function planOf(query: CompiledQuery): PreparedPlan | undefined {
  if (!SelectQueryNode.is(query.query)) return undefined
  const known = plans.get(query.sql)
  if (known !== undefined || plans.has(query.sql)) return known
  if (plans.size >= MAX_PLANS) plans.clear()
  const plan = makePlan(query, query.query)
  plans.set(query.sql, plan)
  return plan
}

function makePlan(query: CompiledQuery, node: SelectQueryNode): PreparedPlan | undefined {
  if (!Object.entries(node).every(([part, value]) => PARTS.has(part) || isEmpty(value))) {
    return undefined
  }
  const table = tableOf(node)
  if (table === undefined || !hasOnlyColumns(node)) return undefined
  const plan: (ComparedColumn | 'number')[] = []
  const names = outputsOf(node)
  if (node.where === undefined || !addConditions(node.where.where, { table, names, plan })) {
    return undefined
  }
  for (const bound of [node.limit?.limit, node.offset?.offset]) {
    if (bound === undefined) continue
    if (!ValueNode.is(bound) || bound.immediate === true) return undefined
    plan.push('number')
  }
  const { sql, parameters } = compiler.compileQuery(node, query.queryId)
  // An interceptor or a plugin may have written another text than the query says.
  const isSame = sql === query.sql && parameters.length === query.parameters.length
  return isSame && parameters.length === plan.length ? plan : undefined
}

const compiler = new MysqlQueryCompiler()

const PARTS: ReadonlySet<string> = new Set([
  'kind',
  'from',
  'selections',
  'where',
  'limit',
  'offset',
])

function isEmpty(part: unknown): boolean {
  return part === undefined || (Array.isArray(part) && part.length === 0)
}

/** Other names may arrive otherwise than they were written. */
const PLAIN_NAME = /^[a-z_][a-z0-9_]*$/

/** The only table's name in the result. */
function tableOf({ from }: SelectQueryNode): string | undefined {
  const [source, other] = from?.froms ?? []
  if (source === undefined || other !== undefined) return undefined
  const table = expressionOf(source)
  if (!TableNode.is(table)) return undefined
  const alias = AliasNode.is(source) ? source.alias : table.table.identifier
  return IdentifierNode.is(alias) && PLAIN_NAME.test(alias.name) ? alias.name : undefined
}

function hasOnlyColumns({ selections = [] }: SelectQueryNode): boolean {
  return selections.every(({ selection }) => isColumn(selection))
}

function isColumn(selection: OperationNode): boolean {
  const column = expressionOf(selection)
  if (SelectAllNode.is(column)) return true
  return ReferenceNode.is(column) && (SelectAllNode.is(column.column) || nameOf(selection) !== '')
}

/** Names in the result by column; `'*'` when every column has its own. */
function outputsOf({ selections = [] }: SelectQueryNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const { selection } of selections) {
    const column = expressionOf(selection)
    const isStar =
      SelectAllNode.is(column) || (ReferenceNode.is(column) && SelectAllNode.is(column.column))
    names.set(isStar ? '*' : nameOf(column), nameOf(selection))
  }
  return names
}

interface Conditions {
  readonly table: string
  readonly names: ReadonlyMap<string, string>
  readonly plan: (ComparedColumn | 'number')[]
}

const OPERATORS: ReadonlySet<string> = new Set(['=', '!=', '<>', '<', '<=', '>', '>='])

/** Adds the values of a condition in the order of their `?`; false when it is of another kind. */
function addConditions(node: OperationNode, into: Conditions): boolean {
  if (ParensNode.is(node)) return addConditions(node.node, into)
  if (AndNode.is(node) || OrNode.is(node)) {
    return addConditions(node.left, into) && addConditions(node.right, into)
  }
  if (!BinaryOperationNode.is(node)) return false
  const { leftOperand, operator, rightOperand } = node
  if (!ReferenceNode.is(leftOperand) || SelectAllNode.is(leftOperand.column)) return false
  if (!OperatorNode.is(operator) || !ValueNode.is(rightOperand)) return false
  if (rightOperand.immediate === true) return isNullCheck(operator.operator, rightOperand.value)
  const column = nameOf(leftOperand)
  const name = into.names.get(column) ?? (into.names.has('*') ? column : undefined)
  if (name === undefined || !PLAIN_NAME.test(name)) return false
  into.plan.push({ table: into.table, name })
  return OPERATORS.has(operator.operator)
}

function isNullCheck(operator: string, value: unknown): boolean {
  return value === null && (operator === 'is' || operator === 'is not')
}
