/**
 * The ORDER BY of a union finds no column whose name has a capital: `select Id from t union select
 * id from u order by Id` is 20301 `column Id does not exist` in any spelling (4.2.0). Around a
 * derived table it does.
 */
import { AliasNode, FromNode, IdentifierNode, SelectionNode, type SelectQueryNode } from 'kysely'
import { hasCapitals } from '../schema/lower-case-star.js'
import { nameOf } from './selections.js'

const ALIAS = IdentifierNode.create('all_rows')

/**
 * Sorts a union from outside when one of its columns has capitals in its name.
 *
 * ```sql
 * select * from (select `Id` from `t` union select `id` from `u`) as `all_rows` order by `Id` limit 10
 * ```
 */
export function sortFromOutside(node: SelectQueryNode): SelectQueryNode {
  const { orderBy, limit, offset, fetch, endModifiers, with: common, explain, ...union } = node
  if (!union.setOperations?.length || orderBy === undefined) return node
  if (!union.selections?.some(({ selection }) => hasCapitals(nameOf(selection)))) return node
  return {
    kind: node.kind,
    from: FromNode.create([AliasNode.create(union, ALIAS)]),
    selections: [SelectionNode.createSelectAll()],
    orderBy,
    ...(limit && { limit }),
    ...(offset && { offset }),
    ...(fetch && { fetch }),
    ...(endModifiers && { endModifiers }),
    ...(common && { with: common }),
    ...(explain && { explain }),
  }
}
