/** The project's own formatter, run over a generated text before it is written. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ConfigurationError } from '../errors.js'
import { printable } from '../report/printable.js'
import { type FormatterName, formatterNames } from './formatter-name.js'
import type { ProjectFile } from './project-file.js'

interface Formatter {
  readonly package: string
  /** Files that configure it. */
  readonly config: RegExp
  /** Arguments that make it read a text and write it back. */
  readonly arguments: (path: string) => readonly string[]
}

const formatters: { readonly [Name in FormatterName]: Formatter } = {
  prettier: {
    package: 'prettier',
    config: /^(\.prettierrc(\..+)?|prettier\.config\.\w+)$/,
    arguments: (path) => ['--stdin-filepath', path],
  },
  biome: {
    package: '@biomejs/biome',
    config: /^\.?biome\.jsonc?$/,
    arguments: (path) => ['format', `--stdin-file-path=${path}`],
  },
  oxfmt: {
    package: 'oxfmt',
    config: /^\.oxfmtrc\.jsonc?$/,
    arguments: (path) => [`--stdin-filepath=${path}`],
  },
}

/** Finds the formatter that is configured for a folder: the nearest one, here or above. */
export function findFormatter(folder: string): FormatterName | undefined {
  const names = existsSync(folder) ? readdirSync(folder) : []
  const found = formatterNames.find((name) =>
    names.some((file) => formatters[name].config.test(file)),
  )
  if (found !== undefined) return found
  if (names.includes('package.json') && isPrettierIn(join(folder, 'package.json')))
    return 'prettier'
  const above = dirname(folder)
  return above === folder || names.includes('.git') ? undefined : findFormatter(above)
}

/**
 * Formats a text as the file that it will be.
 *
 * @param format the formatter, or true for the one that is configured
 * @throws {ConfigurationError} when it is not installed, not configured, or refuses the text
 */
export function formatText(text: string, file: ProjectFile, format: true | FormatterName): string {
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
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [program, ...formatter.arguments(file.path)],
    { cwd: nearestFolder(folder), input: text, encoding: 'utf8', maxBuffer: 1 << 29 },
  )
  if (status === 0 && stdout.trim() !== '') return stdout
  const reason = error?.message ?? reasonIn(stderr)
  throw new ConfigurationError(
    `The formatter ${name} could not format ${file.shown}${reason === '' ? '.' : `: ${reason}`}\nTry it on the file itself, or leave format out.`,
  )
}

/** The first lines of what a formatter complains of, without its ornaments: the reason is seldom in the first one. */
function reasonIn(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.replaceAll(/^\[error\] ?|[━─]{3,}/g, '').trimEnd())
    .filter((line) => line.trim() !== '')
  return lines.slice(0, 5).map(printable).join('\n')
}

function isPrettierIn(path: string): boolean {
  return readJson(path)?.['prettier'] !== undefined
}

/** The program of a package, which is where its package.json says: another version has another place. */
function findProgram(folder: string, name: string, packageName: string): string | undefined {
  const home = join(folder, 'node_modules', packageName)
  const bin = readJson(join(home, 'package.json'))?.['bin']
  const program = isObject(bin) ? bin[name] : bin
  if (typeof program === 'string') return join(home, program)
  const above = dirname(folder)
  return above === folder ? undefined : findProgram(above, name, packageName)
}

function readJson(path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''))
    return isObject(content) ? content : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** The folder of a file that is not written yet may not be there. */
function nearestFolder(folder: string): string {
  return existsSync(folder) ? folder : nearestFolder(dirname(folder))
}
