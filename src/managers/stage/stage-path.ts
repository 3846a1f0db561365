import { ValueError } from '../../errors.js'
import { checkName } from '../names/names.js'

/** A file in a stage. */
export interface StageFile {
  /** The stage's name. */
  readonly stage: string
  /** The path in the stage, with `/`: `2026/articles.csv`. */
  readonly file: string
}

/**
 * Writes the address of a file in a stage.
 *
 * A `..` is refused: `stage://s/../../etc/passwd` reads and writes any file of the server (4.2.0).
 * So are `?` and `#`, which would begin a query (`?offset=…`).
 *
 * @param pattern whether `*` and `?` stand for any characters
 * @throws {ValueError} for a path that leaves the stage, or is not a path
 *
 * @example
 * stageUrl({ stage: 'backup', file: 'articles.csv' })  // 'stage://backup/articles.csv'
 */
export function stageUrl({ stage, file }: StageFile, pattern = false): string {
  const name = checkName('stage', stage)
  const path = String(file ?? '').replace(/^\/+/, '')
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const forbidden = pattern ? /[#\\\u0000-\u001f]/ : /[#?*\\\u0000-\u001f]/
  if (path === '' || path.split('/').includes('..') || forbidden.test(path)) {
    throw new ValueError(
      `${JSON.stringify(file)} is not a path in a stage. Use a relative path without .. and without ` +
        `${pattern ? '# and \\' : '? # * and \\'}: articles.csv, 2026/articles.csv.`,
    )
  }
  return `stage://${name}/${path}`
}
