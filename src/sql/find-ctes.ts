import { isName, readName, type SqlToken } from './tokenize.js'

/**
 * The names of a text's common table expressions, in lower case: names before `AS (`, with or without a
 * list of columns between.
 */
export function findCtes(tokens: readonly SqlToken[]): readonly string[] {
  const found: string[] = []
  tokens.forEach(({ word }, index) => {
    if (word !== 'AS' || tokens[index + 1]?.text !== '(') return
    let name = index - 1
    if (tokens[name]?.text === ')') {
      while (name > 0 && tokens[name]?.text !== '(') name--
      name--
    }
    const token = tokens[name]
    if (isName(token)) found.push(readName(token).toLowerCase())
  })
  return found
}
