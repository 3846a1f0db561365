/** The project's own formatter, run over generated texts before they are written. */
import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { ConfigurationError } from '../errors.js'
import { printable } from '../report/printable.js'
import { findFormatter, findProgram, formatters, startFolder } from './find-formatter.js'
import { type FormatterName, formatterNames } from './formatter-name.js'
import type { ProjectFile } from './project-file.js'

/** A text and the file that it will be. */
export interface Unformatted {
  readonly file: ProjectFile
  readonly text: string
}

/**
 * Formats texts as the files that they will be, a process each, as many at a time as there are processors.
 *
 * @param format the formatter, or true for the one that is configured
 * @throws {ConfigurationError} when it is not installed, not configured, or refuses a text
 */
export async function formatTexts(
  files: readonly Unformatted[],
  format: true | FormatterName,
): Promise<readonly string[]> {
  const formatted: string[] = []
  const waiting = [...files.entries()]
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [at, file] = next
      formatted[at] = await formatText(file, format)
    }
  }
  try {
    await Promise.all(Array.from({ length: availableParallelism() }, work))
    return formatted
  } finally {
    // After a failure the others need not be formatted.
    waiting.length = 0
  }
}

async function formatText(
  { file, text }: Unformatted,
  format: true | FormatterName,
): Promise<string> {
  const folder = dirname(file.path)
  const name = format === true ? findFormatter(folder) : format
  if (name === undefined) {
    throw new ConfigurationError(
      `No formatter is configured for ${file.shown}: format is true, and there is no configuration of ${formatterNames.join(', ')} there or above.\nName one, or leave format out.`,
    )
  }
  const formatter = formatters[name]
  const program = findProgram(folder, name, formatter.package)
  if (program === undefined) {
    throw new ConfigurationError(
      `The formatter ${name} is not installed: there is no node_modules/${formatter.package} at or above ${file.shown}.\nInstall it, or leave format out.`,
    )
  }
  const cwd = startFolder(folder, formatter)
  const { error, stdout, stderr } = await runProgram(
    [program, ...formatter.arguments(file.path)],
    cwd,
    text,
  )
  if (error === null && stdout.trim() !== '') return stdout
  // biome fails where its formatter is switched off for a file, and gives the text back.
  if (stdout === text && stderr.includes('formatter is currently disabled')) return text
  const reason = reasonIn(stderr) || (error?.message ?? '')
  throw new ConfigurationError(
    `The formatter ${name} could not format ${file.shown}${reason === '' ? '.' : `: ${reason}`}\nTry it on the file itself, or leave format out.`,
  )
}

interface Answer {
  readonly error: Error | null
  readonly stdout: string
  readonly stderr: string
}

function runProgram(argv: readonly string[], cwd: string, input: string): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { cwd, encoding: 'utf8', maxBuffer: 1 << 29 } as const
    const { stdin } = execFile(process.execPath, argv, options, (error, stdout, stderr) =>
      // prettier and biome colour what they complain of under CI and FORCE_COLOR, pipe or not.
      resolve({ error, stdout, stderr: stripVTControlCharacters(stderr) }),
    )
    // A program that ends without reading its input tells why on stderr.
    stdin?.on('error', () => {}).end(input)
  })
}

/** The first lines of what a formatter complains of, without its ornaments: the reason is seldom in the first one. */
function reasonIn(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.replaceAll(/^\[error\] ?|[━─]{3,}/g, '').trimEnd())
    .filter((line) => line.trim() !== '')
  return lines.slice(0, 5).map(printable).join('\n')
}
