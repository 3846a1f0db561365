/**
 * Nested rows in one statement: `kysely/helpers/mysql` for MatrixOne, which runs none of the SQL that
 * kysely's own helpers write. What comes back has the types of its columns: dates are dates, decimals
 * keep their digits.
 *
 * @example
 * import { jsonArrayFrom } from 'kysely-matrixone/helpers'
 */
import type { AliasableExpression, Expression, RawBuilder, SelectQueryNode, Simplify } from 'kysely'
import { sql } from 'kysely'
import { ARRAY, BUILD, OBJECT } from './dialect/json-relations/relation-node.js'

/** A subquery made with `selectFrom`; kysely does not export its own type for it. */
export interface Subquery<O> extends AliasableExpression<O> {
  get isSelectQueryBuilder(): true
  toOperationNode(): SelectQueryNode
}

/**
 * The rows of a subquery as an array, in the order and within the limit of the subquery; `[]` for none.
 *
 * The subquery names its columns, and is tied to the query around it by `inner column = outer column`
 * in its WHERE, as often as needed: MatrixOne answers other ties wrongly (4.2.0).
 *
 * @throws {UnsupportedError} when the query is compiled, for a subquery that MatrixOne cannot nest:
 *   another tie, `selectAll`, `groupBy`, `distinct`, a union; or outside of the selections of the
 *   outermost query and of other relations
 *
 * @example
 * const customers = await db
 *   .selectFrom('customers')
 *   .select((eb) => [
 *     'customers.id',
 *     jsonArrayFrom(
 *       eb.selectFrom('orders')
 *         .select(['orders.id', 'orders.total'])
 *         .whereRef('orders.customer_id', '=', 'customers.id')
 *         .orderBy('orders.id', 'desc')
 *         .limit(3),
 *     ).as('latest'),
 *   ])
 *   .execute()
 *
 * ```sql
 * select `customers`.`id`, coalesce((select json_arrayagg(json_object('id', r.`0`, 'total', r.`1`, '#', r.n))
 *   from (select `orders`.`id` as `0`, `orders`.`total` as `1`, `orders`.`customer_id` as k0,
 *     row_number() over (partition by `orders`.`customer_id` order by `orders`.`id` desc) as n from `orders`) r
 *   where r.k0 = `customers`.`id` and r.n <= 3), json_array()) as `latest` from `customers`
 * ```
 */
export function jsonArrayFrom<O>(expression: Subquery<O>): RawBuilder<Simplify<O>[]> {
  return relation(ARRAY, expression)
}

/**
 * The row of a subquery as an object, the first in its order when there are several; null for none.
 * For the subquery `jsonArrayFrom` has the rules.
 *
 * @throws {UnsupportedError} as `jsonArrayFrom`
 *
 * @example
 * jsonObjectFrom(
 *   eb.selectFrom('customers')
 *     .select(['customers.id', 'customers.name'])
 *     .whereRef('customers.id', '=', 'orders.customer_id'),
 * ).as('customer')
 *
 * ```sql
 * (select json_extract(json_arrayagg(json_object('id', r.`0`, 'name', r.`1`)), '$[0]') from (…) r where …)
 * ```
 */
export function jsonObjectFrom<O>(expression: Subquery<O>): RawBuilder<Simplify<O> | null> {
  return relation(OBJECT, expression)
}

/**
 * An object of expressions.
 *
 * @throws {UnsupportedError} when the query is compiled, outside of the selections of the outermost
 *   query and of relations
 *
 * @example
 * jsonBuildObject({ first: eb.ref('first_name'), full: eb.fn('concat', ['first_name', 'last_name']) })
 *
 * ```sql
 * json_object('first', `first_name`, 'full', concat(`first_name`, `last_name`))
 * ```
 */
export function jsonBuildObject<O extends Record<string, Expression<unknown>>>(
  members: O,
): RawBuilder<
  Simplify<{ [Key in keyof O]: O[Key] extends Expression<infer Value> ? Value : never }>
> {
  const values = Object.entries(members).flatMap(([key, value]) => [sql.lit(key), value])
  const fragments = [BUILD, ...values.slice(1).map(() => ', '), ')']
  return sql(Object.assign(fragments, { raw: fragments }), ...values)
}

/** kysely's transformers keep a raw node's text and rewrite its parameters: the subquery stays a query. */
function relation<T>(mark: string, expression: Expression<unknown>): RawBuilder<T> {
  const fragments = [mark, ')']
  return sql<T>(Object.assign(fragments, { raw: fragments }), expression)
}
