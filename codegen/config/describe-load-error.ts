/** The message for a file of the user's, a configuration or a migration, that cannot be loaded. */
import { readFileSync } from 'node:fs'
import { printable } from '../report/printable.js'
import type { ProjectFile } from '../workspace/project-file.js'
import { withoutMark } from '../workspace/files.js'

/** One sentence that begins with `file:line:column`, as far as that is known. */
export async function describeLoadError(
  error: unknown,
  { path, shown }: ProjectFile,
): Promise<string> {
  const thrown = error instanceof Error ? error : new Error(String(error))
  const { code, path: unread } = thrown as NodeJS.ErrnoException
  if (code !== undefined && unread === path) return `${printable(shown)} cannot be read (${code}).`
  const { place = '', reason = thrown.message.split('\n')[0] ?? '' } = await locate(thrown, path)
  return printable(`${shown}${place} cannot be loaded: ${reason}`)
}

interface Located {
  /** `:line:column`. */
  readonly place?: string
  /** A clearer reason than the error's own message. */
  readonly reason?: string
}

async function locate({ name, stack = '' }: Error, path: string): Promise<Located> {
  if (path.endsWith('.json')) return locateInJson(path)
  // The first frame of the stack is the line of the file that threw.
  const [frame = ''] = stack.split('\n').filter((line) => line.startsWith('    at '))
  const at = name === 'SyntaxError' ? -1 : frame.indexOf(`${path}:`)
  const place = at < 0 ? null : /^:\d+:\d+/.exec(frame.slice(at + path.length))
  return place === null ? locateInModule(path) : { place: place[0] }
}

/** Node does not say where a module's syntax is wrong; TypeScript's parser, in ts-morph, does. */
async function locateInModule(path: string): Promise<Located> {
  const { ts } = await import('ts-morph')
  const text = readFileSync(path, 'utf8')
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest)
  const { parseDiagnostics } = file as unknown as {
    readonly parseDiagnostics: readonly import('ts-morph').ts.DiagnosticWithLocation[]
  }
  const [first] = parseDiagnostics
  if (first === undefined) return {}
  const reason = ts.flattenDiagnosticMessageText(first.messageText, ' ')
  return { place: placeOf(first.start, text), reason }
}

/** Node 20 gives the position of some JSON errors only; for the others it names the character. */
function locateInJson(path: string): Located {
  const text = withoutMark(readFileSync(path, 'utf8'))
  const message = messageOf(text)
  const reason = (message.split(/, (\.\.\.)?"|, '/)[0] ?? message).replace(/ at position.*/s, '')
  const position = /at position (\d+)/.exec(message)?.[1]
  if (position !== undefined) return { place: placeOf(Number(position), text), reason }
  const token = /^Unexpected token '(.)'/su.exec(message)?.[1]
  if (token === undefined) return { place: placeOf(text.length, text), reason }
  for (let at = text.indexOf(token); at >= 0; at = text.indexOf(token, at + 1)) {
    const upTo = messageOf(text.slice(0, at + token.length))
    if (upTo.startsWith('Unexpected token')) return { place: placeOf(at, text), reason }
  }
  return {}
}

function messageOf(json: string): string {
  try {
    JSON.parse(json)
    return ''
  } catch (error) {
    return (error as SyntaxError).message
  }
}

function placeOf(position: number, text: string): string {
  const lines = text.slice(0, position).split('\n')
  return `:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`
}
