/** The formatters of projects: what configures them, where they are installed, and how they are started. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type FormatterName, formatterNames } from './formatter-name.js'
import { withoutMark } from './files.js'

/** A formatter: its package, and how it is started. */
export interface Formatter {
  readonly package: string
  /** Files that configure it. */
  readonly config: RegExp
  /** Arguments that make it read a text and write it back. */
  readonly arguments: (path: string) => readonly string[]
  /** A file that names what is left as it is, which is read in the folder that the program starts in only. */
  readonly ignoreFile?: string
}

/** The formatters by name. */
export const formatters: { readonly [Name in FormatterName]: Formatter } = {
  prettier: {
    package: 'prettier',
    config: /^(\.prettierrc(\..+)?|prettier\.config\.\w+)$/,
    arguments: (path) => ['--stdin-filepath', path],
    ignoreFile: '.prettierignore',
  },
  biome: {
    package: '@biomejs/biome',
    config: /^\.?biome\.jsonc?$/,
    arguments: (path) => ['format', `--stdin-file-path=${path}`],
  },
  oxfmt: {
    package: 'oxfmt',
    config: /^(\.oxfmtrc\.jsonc?|oxfmt\.config\.m?ts)$/,
    arguments: (path) => [`--stdin-filepath=${path}`],
    ignoreFile: '.prettierignore',
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

/** The program of a package, which is where its package.json says: another version has another place. */
export function findProgram(folder: string, name: string, packageName: string): string | undefined {
  const home = join(folder, 'node_modules', packageName)
  const bin = readJson(join(home, 'package.json'))?.['bin']
  const program = isObject(bin) ? bin[name] : bin
  if (typeof program === 'string') return join(home, program)
  const above = dirname(folder)
  return above === folder ? undefined : findProgram(above, name, packageName)
}

function readJson(path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const content: unknown = JSON.parse(withoutMark(readFileSync(path, 'utf8')))
    return isObject(content) ? content : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** The folder of the file, which may not be there yet, or the one above it whose ignore file is meant. */
export function startFolder(folder: string, { ignoreFile }: Formatter): string {
  const ignoring = ignoreFile === undefined ? undefined : findAbove(folder, ignoreFile)
  return ignoring ?? nearestFolder(folder)
}

function findAbove(folder: string, name: string): string | undefined {
  if (existsSync(join(folder, name))) return folder
  const above = dirname(folder)
  return above === folder || existsSync(join(folder, '.git')) ? undefined : findAbove(above, name)
}

function isPrettierIn(path: string): boolean {
  return readJson(path)?.['prettier'] !== undefined
}

function nearestFolder(folder: string): string {
  return existsSync(folder) ? folder : nearestFolder(dirname(folder))
}
