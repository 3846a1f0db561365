/** A text as an SQL literal; MatrixOne reads backslash escapes in every sql_mode seen. */
export function quoteText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}

/** A name as an SQL identifier. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}
