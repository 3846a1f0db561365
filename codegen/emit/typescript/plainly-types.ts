/**
 * Whether a generated text is plainly nothing but types and one constant of plain data: each line is
 * of one of the forms that a generated file has, and each text of the database is inside a string
 * literal or a comment that ends where it should. Only other texts have to be parsed, for which
 * ts-morph is loaded: that takes longer than all the rest of a run.
 */
export function isPlainlyTypes(text: string): boolean {
  const parts: [Part, ...Part[]] = ['file']
  for (const line of text.split('\n')) {
    const { lines, opens, closes } = forms[parts[0]]
    if (lines.test(line)) continue
    const opened = opens?.find((part) => forms[part].opener?.test(line))
    if (opened !== undefined) parts.unshift(opened)
    else if (closes?.test(line)) parts.shift()
    else return false
  }
  return parts.length === 1
}

const word = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$]*`
/** Anything that stays inside its quotes. */
const literal = String.raw`(?:'(?:[^'\\\r\u2028\u2029]|\\[^\r\u2028\u2029])*'|"(?:[^"\\\r\u2028\u2029]|\\[^\r\u2028\u2029])*")`
const key = `(?:${word}|${literal})`
/** One character or literal at a time, so that no text makes the expression try many ways. */
const type = String.raw`(?:[\p{ID_Continue}$<>[\]|, ]|${literal})+`
/** A key counts only before its colon, so that no other word can stand in the constant. */
const data = String.raw`(?:[\d[\]{}:, ]|${literal}|${word}(?=:(?: |$)))+`
/** The same in types: `{ index: 'near'; dimension: 3 }`, `readonly ['title', 'body']`. */
const indexTypes = String.raw`(?:[\d[\]{}:;,| ]|${literal}|readonly (?=\[)|${word}(?=:(?: |$)))+`
const comment = String.raw`(?:[^*\r\u2028\u2029]|\*(?!\/))*`

type Part = 'file' | 'comment' | 'imports' | 'interface' | 'indexes' | 'value' | 'enum'

/** A part of the file: the line that begins it, its own lines, the parts in it, and its end. */
interface Form {
  readonly opener?: RegExp
  readonly lines: RegExp
  readonly opens?: readonly Part[]
  readonly closes?: RegExp
}

const commentLine = String.raw` *\/\*\* ${comment} \*\/`

const forms: { readonly [Name in Part]: Form } = {
  file: {
    opens: ['comment', 'imports', 'interface', 'value', 'enum'],
    lines: anyOf(
      '',
      commentLine,
      String.raw`\/\* eslint-disable \*\/`,
      String.raw`\/\/\/ <reference types="node" \/>`,
      String.raw`import type \{ ${word}(?:, ${word})* \} from ${literal}`,
      `export type ${word} = (?:Selectable|Insertable|Updateable)<${word}>`,
      String.raw`export (?:type )?\{ ${word}(?:, ${word})* \} from ${literal}`,
      String.raw`type ReadOnly<T> = ColumnType<SelectType<T>, NotWritable, NotWritable>`,
    ),
  },
  comment: {
    opener: anyOf(String.raw` *\/\*\*`),
    lines: anyOf(String.raw` *\*(?: ${comment})?`),
    closes: anyOf(String.raw` *\*\/`),
  },
  imports: {
    opener: anyOf(String.raw`import type \{`),
    lines: anyOf(` +${word},`),
    closes: anyOf(String.raw`\} from ${literal}`),
  },
  interface: {
    opener: anyOf(String.raw`(?:export )?interface ${word} \{`),
    opens: ['comment', 'indexes'],
    lines: anyOf(
      commentLine,
      String.raw`  readonly \[indexes\]: SearchIndexes<typeof schema>`,
      String.raw`  readonly \[indexes\]: SearchIndexes<\{ readonly tables: Pick<\(typeof schema\)\['tables'\], ${literal}(?: \| ${literal})*> \}>`,
      ` +${key}: ${type}`,
      // A union with a member per line, and what closes a type around it.
      ` +${key}:`,
      ` +[|>]${type}`,
      ` +>`,
    ),
    closes: anyOf(String.raw`\}`),
  },
  indexes: {
    opener: anyOf(String.raw`  readonly \[indexes\]: \{`),
    lines: anyOf(`    +${indexTypes}`),
    closes: anyOf(String.raw`  \}`),
  },
  enum: {
    opener: anyOf(String.raw`export enum ${word} \{`),
    lines: anyOf(` +${key} = ${literal},`),
    closes: anyOf(String.raw`\}`),
  },
  value: {
    opener: anyOf(String.raw`export const schema = \{`),
    lines: anyOf(` +${data}`),
    closes: anyOf(String.raw`\} as const`),
  },
}

function anyOf(...patterns: readonly string[]): RegExp {
  return new RegExp(`^(?:${patterns.join('|')})$`, 'u')
}
