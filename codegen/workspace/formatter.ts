/** The project's own formatter, run over a generated text before it is written. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ConfigurationError } from '../errors.js'
import { type FormatterName, formatterNames } from './formatter-name.js'
import type { ProjectFile } from './project-file.js'

interface Formatter {
  readonly package: string
  /** Its program inside the package. */
  readonly program: string
  /** Files that configure it. */
  readonly config: RegExp
  /** Arguments that make it read a text and write it back. */
  readonly arguments: (path: string) => readonly string[]
}

const formatters: { readonly [Name in FormatterName]: Formatter } = {
  prettier: {
    package: 'prettier',
    program: 'bin/prettier.cjs',
    config: /^(\.prettierrc(\..+)?|prettier\.config\.\w+)$/,
    arguments: (path) => ['--stdin-filepath', path],
  },
  biome: {
    package: '@biomejs/biome',
    program: 'bin/biome',
    config: /^\.?biome\.jsonc?$/,
    arguments: (path) => ['format', `--stdin-file-path=${path}`],
  },
  oxfmt: {
    package: 'oxfmt',
    program: 'bin/oxfmt',
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
      `No formatter is configured for ${file.shown}: format is true, and neither ${formatterNames.join(', ')} has a file there or above.\nName one, or leave format out.`,
    )
  }
  const formatter = formatters[name]
  const program = findProgram(folder, formatter)
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
  const reason = error?.message ?? stderr.trim().split('\n')[0] ?? ''
  throw new ConfigurationError(
    `The formatter ${name} could not format ${file.shown}: ${reason}\nTry it on the file itself, or leave format out.`,
  )
}

function isPrettierIn(path: string): boolean {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return typeof content === 'object' && content !== null && 'prettier' in content
  } catch {
    return false
  }
}

function findProgram(folder: string, { package: name, program }: Formatter): string | undefined {
  const path = join(folder, 'node_modules', name, program)
  if (existsSync(path)) return path
  const above = dirname(folder)
  return above === folder ? undefined : findProgram(above, { package: name, program } as Formatter)
}

/** The folder of a file that is not written yet may not be there. */
function nearestFolder(folder: string): string {
  return existsSync(folder) ? folder : nearestFolder(dirname(folder))
}
