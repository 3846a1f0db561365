/** A piece of a text and what takes its place; with `start` at `end` it is put in. */
export interface TextEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Makes edits that follow each other and do not overlap. */
export function editText(text: string, edits: readonly TextEdit[]): string {
  let edited = ''
  let copied = 0
  for (const edit of edits) {
    edited += text.slice(copied, edit.start) + edit.text
    copied = edit.end
  }
  return edited + text.slice(copied)
}
