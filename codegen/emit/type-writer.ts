const step = '  '

/** Writes lines and blocks, indented; ts-morph's own writer looks at each character of them. */
export class TypeWriter {
  #text = ''
  #indent = ''

  /** Writes text of one or several lines, each indented. */
  writeLine(text: string): void {
    const lines = text.includes('\n') ? text.replaceAll('\n', `\n${this.#indent}`) : text
    this.#text += `${this.#indent}${lines}\n`
  }

  /** Leaves a line free. */
  blankLine(): void {
    this.#text += '\n'
  }

  /** Writes `head {`, what `inside` writes one step to the right, and `}`. */
  block(head: string, inside: () => void): void {
    this.writeLine(`${head} {`)
    const outer = this.#indent
    this.#indent += step
    inside()
    this.#indent = outer
    this.writeLine('}')
  }

  /** Everything written so far. */
  toString(): string {
    return this.#text
  }
}
