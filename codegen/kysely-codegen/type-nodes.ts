/**
 * The text of a column's type as nodes of kysely-codegen, which looks in them for what to import. Its
 * own parser is that of TypeScript, and TypeScript 7 has none in JavaScript.
 */
import {
  type ExpressionNode,
  GenericExpressionNode,
  IdentifierNode,
  UnionExpressionNode,
} from 'kysely-codegen'

/** Reads the types that mo-codegen writes: names with parameters, literals and unions of them. */
export function toTypeNode(text: string): ExpressionNode {
  const members = splitOutside(text, '|').filter((member) => member !== '')
  const [only, ...more] = members
  if (only !== undefined && more.length === 0) return toMember(only)
  return new UnionExpressionNode(members.map(toMember))
}

function toMember(text: string): ExpressionNode {
  const [, name, parameters] = /^(\w+)<([^]*)>$/.exec(text) ?? []
  if (name === undefined || parameters === undefined) return new IdentifierNode(text)
  return new GenericExpressionNode(name, splitOutside(parameters, ',').map(toTypeNode))
}

/** The parts between separators that are in neither a string nor angle brackets. */
function splitOutside(text: string, separator: '|' | ','): readonly string[] {
  const parts = ['']
  let depth = 0
  for (const [token] of text.matchAll(/'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*"|[^]/g)) {
    if (token === '<') depth++
    if (token === '>') depth--
    if (token === separator && depth === 0) parts.push('')
    else parts[parts.length - 1] += token
  }
  return parts.map((part) => part.trim())
}
