/** The rule for a view's query. */
import type { TableRule } from './compare-storage.js'
import { changed } from './finding.js'
import type { TableModel } from '../schema-model.js'

/**
 * Another query gives other rows, unless all that differs is the select list, and there only columns
 * that came or went: those have findings of their own.
 */
export const compareViewDefinition: TableRule = (place, expected, actual) =>
  changed(
    place,
    'view-definition-changed',
    selectsTheSame(expected, actual) ? 'cosmetic' : 'breaking',
    expected.definition,
    actual.definition,
    'has another query',
  )

function selectsTheSame(expected: TableModel, actual: TableModel): boolean {
  const [before, after] = [readSelection(expected), readSelection(actual)]
  if (before === undefined || after === undefined || before.rest !== after.rest) return false
  return [...before.items].every(
    ([column, item]) => !after.items.has(column) || after.items.get(column) === item,
  )
}

/** A query's select list by column, and everything behind it. */
interface Selection {
  readonly items: ReadonlyMap<string, string>
  readonly rest: string
}

/** Undefined for a query that does not begin with a SELECT of listed columns: DISTINCT, `*`, WITH. */
function readSelection({ definition = '', columns }: TableModel): Selection | undefined {
  const [verb, ...parts] = definition.match(part) ?? []
  if (verb !== 'select' || /^(distinct|all)$/.test(parts[1] ?? '')) return undefined
  const items: string[] = ['']
  let depth = 0
  for (const [at, text] of parts.entries()) {
    if (text === '(') depth++
    if (text === ')') depth--
    if (depth === 0 && text === 'from') {
      if (items.length !== columns.length) return undefined
      const named = columns.map(({ name }, index) => [name, items[index]?.trim() ?? ''] as const)
      return { items: new Map(named), rest: parts.slice(at).join('') }
    }
    if (depth === 0 && text === ',') items.push('')
    else items.push((items.pop() ?? '') + text)
  }
  return undefined
}

/** A quoted text or name, a bracket or comma, blanks, or anything up to one of them. */
const part = /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`[^`]*`|[(),]|\s+|[^\s'"`(),]+/gs
