/** Text inside Markdown of GitHub's and GitLab's kind: shown as it was written, and never markup. */
import { printable } from './printable.js'

/** Text without markup: neither a link, a mention, an image, nor HTML. */
export function escapeMarkdown(text: string): string {
  return (
    printable(text)
      .replaceAll(/[\\`*_{}[\]()#+!|~$-]/g, String.raw`\$&`)
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('@', '&#64;')
      .replaceAll(/\b(https?|www)(?=[:.])/gi, '$1&#8203;')
      // A quotation, a heading's underline and a numbered list are markup at the start of a line only.
      .replace(/^\s*[>=]/, String.raw`\$&`)
      .replace(/^(\s*\d+)\./, String.raw`$1\.`)
  )
}

/** Text of several lines in one line, for a cell of a table. */
export function escapeMarkdownLines(text: string): string {
  return text
    .split(/\r\n|[\n\r]/)
    .map((line) => escapeMarkdown(line.trim()))
    .join('<br>')
}

/**
 * A code span, in which nothing is markup but `|` of a table. Its fence is longer than any run of
 * backticks inside.
 */
export function markdownCode(text: string): string {
  if (text === '') return ''
  // In a table `\\|` is a backslash and the end of the cell, so the backslash gets an escape.
  const shown = printable(text)
    .replaceAll(/\\(?=\|)/g, String.raw`\u005c`)
    .replaceAll('|', String.raw`\|`)
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const space = /^[` ]|[` ]$/.test(shown) ? ' ' : ''
  return `${fence}${space}${shown}${space}${fence}`
}
