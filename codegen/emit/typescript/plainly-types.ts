/**
 * Whether a generated text is plainly nothing but types: each line is a comment that ends where it
 * should, or of one of the few forms that ordinary names give. Only what is not has to be parsed.
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

const plainLine = new RegExp(
  '^(?:' +
    [
      '',
      String.raw` *\/\*\* (?:[^*]|\*(?!\/))* \*\/`,
      String.raw`\/\* eslint-disable \*\/`,
      String.raw`import type \{ ${word}(?:, ${word})* \} from '[\w-]+'`,
      String.raw`(?:export )?interface ${word} \{`,
      ` *(?:${word}|${literal}): ${type}`,
      String.raw` *\}`,
    ].join('|') +
    ')$',
)
