/** The identifiers in a text, of TypeScript or of SQL. */
export function identifiersIn(text: string): readonly string[] {
  return text.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu) ?? []
}
