/**
 * The files of a stage, by the server's own functions: `stage_list`, `load_file`, `save_file` and
 * REMOVE FILES.
 */
import { StageError, UnsupportedError, ValueError } from '../../errors.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'
import { readCapabilities } from '../statement/read-capabilities.js'
import { wrapError } from '../statement/wrap-error.js'
import { type StageFile, stageUrl } from './stage-path.js'

/** Lists files and folders with their paths as the storage has them. */
export async function listFiles(
  db: SqlExecutor,
  { stage, file }: StageFile,
): Promise<readonly string[]> {
  const url = stageUrl({ stage, file }, true)
  const rows = await wrapError(StageError, `list the files of stage ${stage}`, () =>
    executeSql<{ readonly file: string }>(db, 'select file from stage_list(?) as f order by file', [
      url,
    ]),
  )
  return Object.freeze(rows.map((row) => row.file))
}

/** Reads a text file, or some bytes of it. */
export async function readFile(
  db: SqlExecutor,
  { stage, file }: StageFile,
  part: { readonly offset?: number; readonly size?: number },
): Promise<string> {
  const query = [
    ...(part.offset === undefined ? [] : [`offset=${part.offset}`]),
    ...(part.size === undefined ? [] : [`size=${part.size}`]),
  ].join('&')
  const url = stageUrl({ stage, file }) + (query === '' ? '' : `?${query}`)
  const [row] = await wrapError(StageError, `read ${file} of stage ${stage}`, () =>
    executeSql<{ readonly content: string | Uint8Array }>(
      db,
      'select load_file(cast(? as datalink)) as content',
      [url],
    ),
  )
  const content = row?.content ?? ''
  return typeof content === 'string' ? content : new TextDecoder().decode(content)
}

/** Writes a new text file and returns its length in bytes. */
export async function writeFile(
  db: SqlExecutor,
  { stage, file }: StageFile,
  text: string,
): Promise<number> {
  if (/[\s'"`]/.test(file)) {
    throw new ValueError(
      `The file name ${JSON.stringify(file)} contains a blank or a quote, which the server refuses here.`,
    )
  }
  const [row] = await wrapError(StageError, `write ${file} into stage ${stage}`, () =>
    executeSql<{ readonly bytes: number }>(
      db,
      'select save_file(cast(? as datalink), ?) as bytes',
      [stageUrl({ stage, file }), text],
    ),
  )
  return Number(row?.bytes ?? 0)
}

/** Removes the files that match. */
export async function removeFiles(
  db: SqlExecutor,
  { stage, file }: StageFile,
  ifExists: boolean,
): Promise<void> {
  const url = stageUrl({ stage, file }, true)
  if (!(await readCapabilities(db)).removeStageFiles) {
    throw new UnsupportedError(
      'REMOVE FILES FROM STAGE needs MatrixOne 4.1. Remove the files in the storage itself.',
    )
  }
  await wrapError(StageError, `remove ${file} from stage ${stage}`, () =>
    executeSql(db, `remove files from stage ${ifExists ? 'if exists ' : ''}?`, [url]),
  )
}
