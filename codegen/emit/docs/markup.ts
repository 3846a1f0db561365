/** HTML in which text is always text: what is put into a template is escaped unless it is HTML itself. */
import { escapeHtml } from '../../report/escape-html.js'
import { printableLines } from '../../report/printable.js'

/** A piece of HTML. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** A value in a template. Attributes are written in double quotes: `class="${name}"`. */
export type HtmlPart = Html | string | number | undefined | readonly HtmlPart[]

/** Makes HTML from a template. */
export function markup(parts: TemplateStringsArray, ...values: readonly HtmlPart[]): Html {
  const text = parts.map((part, at) => (at === 0 ? part : toText(values[at - 1]) + part))
  return new Html(text.join(''))
}

function toText(part: HtmlPart): string {
  if (part === undefined) return ''
  if (part instanceof Html) return part.text
  if (typeof part === 'number') return String(part)
  if (typeof part === 'string') return escapeHtml(showLines(part))
  return part.map(toText).join('')
}

function showLines(text: string): string {
  return printableLines(text.replaceAll(/\r\n?/g, '\n'))
}
