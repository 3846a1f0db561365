/** The names of a list with commas; no name for an empty text. */
export function splitList(text: string | null): readonly string[] {
  return Object.freeze(text === null || text === '' ? [] : text.split(','))
}
