/**
 * Checks the text of a type that a configuration gives: one type, whose brackets close, so that nothing
 * can follow it. The compiler of ts-morph would take longer than all the rest of a run.
 */
export function isTypeExpression(text: string): boolean {
  const open: string[] = []
  token.lastIndex = 0
  let last = ''
  while (token.lastIndex < text.length) {
    const found = token.exec(text)
    if (found === null) return false
    const [piece] = found
    if (/^\s/.test(piece)) {
      // Behind a line break another statement could begin.
      if (open.length === 0 && /[\r\n\u2028\u2029]/.test(piece)) return false
      continue
    }
    if (isOperand(last) && isOperand(piece)) return false
    if (open.length === 0 && innerWords.has(piece)) return false
    const isResumed = piece === '}' && open.at(-1) === '${'
    if (isResumed) open.pop()
    if (isResumed || piece === '`') {
      const end = templateEnd(text, token.lastIndex)
      if (end === undefined) return false
      token.lastIndex = end.at
      if (end.isOpen) open.push('${')
      // In a hole a type begins; behind the whole stands a literal.
      last = end.isOpen ? '|' : '`'
      continue
    }
    last = piece
    const closing = pairs[piece]
    if (closing !== undefined) open.push(closing)
    else if (/^[)\]}>]$/.test(piece) && open.pop() !== piece) return false
    else if (/^[;,:]$/.test(piece) && open.length === 0) return false
  }
  return last !== '' && open.length === 0 && !/^[|&.]$/.test(last)
}

/** A word or literal, which cannot stand beside another one. */
function isOperand(piece: string): boolean {
  return /^[^()[\]{}<>|&.,:;?=]/.test(piece) && !operators.has(piece)
}

/** Words that stand before or between types. */
export const operators: ReadonlySet<string> = new Set(
  'abstract as asserts extends in infer is keyof new readonly typeof unique'.split(' '),
)

/** Words that have a meaning between brackets only. */
const innerWords: ReadonlySet<string> = new Set('as asserts extends in infer is'.split(' '))

const pairs: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' }

/** Words, literals, and the punctuation of types; no comments. */
const token =
  /\s+|[\p{ID_Start}$_][\p{ID_Continue}$]*|-?\d+(?:\.\d+)?n?|'(?:[^'\\\r\n\u2028\u2029]|\\[^\r\n\u2028\u2029])*'|"(?:[^"\\\r\n\u2028\u2029]|\\[^\r\n\u2028\u2029])*"|=>|[()[\]{}<>|&.,:;?`]/uy

/** The text of a template up to its end, or to the next type in it. */
const templateText = /(?:[^`\\$\r\n\u2028\u2029]|\\[^\r\n\u2028\u2029]|\$(?!\{))*(`|\$\{)/uy

function templateEnd(
  text: string,
  from: number,
): { readonly at: number; readonly isOpen: boolean } | undefined {
  templateText.lastIndex = from
  const found = templateText.exec(text)
  return found === null ? undefined : { at: templateText.lastIndex, isOpen: found[1] === '${' }
}
