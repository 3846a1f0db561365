/**
 * Whether a generated text is plainly nothing but types and one constant of plain data: each line is
 * a comment that ends where it should, or of one of the few forms that ordinary names give. Only
 * other texts have to be parsed.
 */
export function isPlainlyTypes(text: string): boolean {
  let inComment = false
  for (const line of text.split('\n')) {
    if (inComment) {
      if (closingLine.test(line)) inComment = false
      else if (!commentLine.test(line)) return false
    } else if (openingLine.test(line)) inComment = true
    else if (!plainLine.test(line)) return false
  }
  return !inComment
}

const openingLine = /^ *\/\*\*$/
const commentLine = /^ *\*(?: (?:[^*]|\*(?!\/))*)?$/
const closingLine = /^ *\*\/$/

const word = String.raw`[A-Za-z_$][\w$]*`
const literal = String.raw`'[\w .,:()-]*'`
/** One character or literal at a time, so that no text makes the expression try many ways. */
const type = String.raw`(?:[\w$<>[\]|, ]|${literal})+`

/** A key counts only before its colon, so that no other word can stand in the constant. */
const data = String.raw`(?:[\d[\]{}:, ]|${literal}|${word}(?=: ))+`

const plainLine = new RegExp(
  '^(?:' +
    [
      '',
      String.raw` *\/\*\* (?:[^*]|\*(?!\/))* \*\/`,
      String.raw`\/\* eslint-disable \*\/`,
      String.raw`import type \{ ${word}(?:, ${word})* \} from '[\w-]+'`,
      String.raw`(?:export )?interface ${word} \{`,
      String.raw`\/\/\/ <reference types="node" \/>`,
      String.raw`export const schema = \{`,
      String.raw`\} as const`,
      ` +${data}`,
      ` *(?:${word}|${literal}): ${type}`,
      String.raw` *\}`,
    ].join('|') +
    ')$',
)
