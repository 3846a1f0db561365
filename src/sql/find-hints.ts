/**
 * Reads the time hints of one statement by its tokens, as the server does: comments and blanks inside
 * the braces do not matter, and what is in quotes is not a hint.
 */
import { readStringValue } from './string-value.js'
import { hintWords } from './time-hint.js'
import { isName, readName, type SqlToken } from './tokenize.js'
import { TokenKind } from './tokens.js'
import { writingVerbs } from './verbs.js'

/** A time hint in the place where it stands. */
export interface FoundHint {
  /** As written, without comments: `{snapshot = 's'}`. */
  readonly text: string
  /** The same for two hints that mean the same; undefined when it holds a parameter. */
  readonly meaning: string | undefined
  /** `SNAPSHOT`, `TIMESTAMP`, `MO_TS` or `AS`. */
  readonly key: string
  /** The unqualified name that it stands behind, in lower case; `''` for anything else. */
  readonly table: string
  /** The verb of the statement that the hinted table belongs to, in upper case; `SELECT` in a subquery. */
  readonly verb: string
}

const BEGINS_QUERY = new Set(['SELECT', 'WITH', 'VALUES', 'TABLE'])

/** Verbs that are functions, too: `replace(a, 'b', 'c')`. */
const ALSO_FUNCTIONS = new Set(['INSERT', 'REPLACE'])

/** Finds the hints of the tokens of one statement. */
export function findHints(tokens: readonly SqlToken[]): readonly FoundHint[] {
  const found: FoundHint[] = []
  const isQuery: boolean[] = []
  let verb = tokens.find(({ word }) => word !== '')?.word ?? ''
  tokens.forEach((token, index) => {
    const { text, word } = token
    if (text === '(') isQuery.push(opensQuery(tokens, index))
    else if (text === ')') isQuery.pop()
    else if (text === '{') {
      const key = tokens[index + 1]?.word ?? ''
      if (!hintWords.has(key)) return
      const inside = insideBraces(tokens, index)
      const value = inside.slice(1).filter((each) => each.text !== '=')
      found.push({
        text: `{${inside.map((each) => each.text).join(' ')}}`,
        meaning: meaningOf(key, value),
        key,
        table: nameBefore(tokens, index),
        verb: isQuery.includes(true) ? 'SELECT' : verb,
      })
    } else if (isQuery.length === 0 && isVerb(tokens, index)) verb = word
  })
  return found
}

function opensQuery(tokens: readonly SqlToken[], index: number): boolean {
  let first = index + 1
  while (tokens[first]?.text === '(') first++
  return BEGINS_QUERY.has(tokens[first]?.word ?? '')
}

/** The last verb outside parentheses decides: WITH … UPDATE, EXPLAIN DELETE, INSERT … SELECT. */
function isVerb(tokens: readonly SqlToken[], index: number): boolean {
  const word = tokens[index]?.word ?? ''
  if (word === 'SELECT') return true
  if (!writingVerbs.has(word)) return false
  const before = tokens[index - 1]
  if (before?.word === 'FOR' || before?.word === 'KEY' || before?.text === '.') return false
  return before === undefined || !ALSO_FUNCTIONS.has(word) || tokens[index + 1]?.text !== '('
}

function insideBraces(tokens: readonly SqlToken[], open: number): readonly SqlToken[] {
  const close = tokens.findIndex(({ text }, index) => index > open && text === '}')
  return tokens.slice(open + 1, close < 0 ? undefined : close)
}

function meaningOf(key: string, value: readonly SqlToken[]): string | undefined {
  if (value.some(({ kind }) => kind === TokenKind.placeholder)) return undefined
  const parts = value.map(({ kind, text }) => {
    if (kind === TokenKind.string) return readStringValue(text)
    return kind === TokenKind.quotedName ? readName({ kind, text }) : text
  })
  return `${key}=${parts.join(' ')}`.toLowerCase()
}

function nameBefore(tokens: readonly SqlToken[], index: number): string {
  const name = tokens[index - 1]
  if (!isName(name) || tokens[index - 2]?.text === '.') return ''
  return readName(name).toLowerCase()
}
