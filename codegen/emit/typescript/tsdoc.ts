/**
 * Text from the database inside a TSDoc comment: shown as it was written, and unable to end the
 * comment, start a tag or a link, or steer a compiler, linter or editor.
 */

/** The lines of a database comment, made harmless; none when it is blank. */
export function commentLines(comment: string): readonly string[] {
  const lines = comment
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    .map((line) => harmless(line).trimEnd())
  const first = lines.findIndex((line) => line !== '')
  const last = lines.findLastIndex((line) => line !== '')
  return first === -1 ? [] : lines.slice(first, last + 1)
}

/** SQL in one line between backticks, cut after 80 characters. */
export function code(sql: string): string {
  // Nearly every name and type is this, and a large schema has many.
  if (/^[\w(),'.$-]{1,80}$/.test(sql)) return `\`${sql}\``
  const line = visible(sql).replaceAll(/\s+/g, ' ')
  const characters = Array.from(line)
  const short = characters.length > 80 ? `${characters.slice(0, 79).join('')}…` : line
  const quoted = short.includes('`') ? `\`\` ${short} \`\`` : `\`${short}\``
  // TypeScript sees a tag or a link even inside backticks, where an `@` follows a space or brace.
  return quoted.replaceAll('*/', '* /').replaceAll(/(?<=[ {])@/g, '\\@')
}

/** `` `a`, `b` ``. */
export function codes(names: readonly string[]): string {
  return names.map(code).join(', ')
}

function harmless(text: string): string {
  return (
    visible(text)
      .replaceAll('*/', '*\\/')
      // A tag starts at an `@` that no word precedes; an address such as `a@b.c` needs no escape.
      .replaceAll(/(?<![\p{L}\p{N}])@/gu, '\\@')
      .replaceAll(/<(?=[A-Za-z/!?])/g, '\\<')
  )
}

/** Replaces what cannot be seen, turns the writing direction or does not survive UTF-8. */
function visible(text: string): string {
  // Nearly all text is ASCII that can be printed, and looking for the rest is slow.
  if (/^[\x20-\x7E]*$/.test(text)) return text
  return text.replaceAll(/\s/g, ' ').replaceAll(/(?!\u200D)[\p{Cc}\p{Cf}\p{Cs}]/gu, '\uFFFD')
}
