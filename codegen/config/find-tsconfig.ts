import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigurationError } from '../errors.js'
import { projectFile, type ProjectFile } from '../workspace/project-file.js'

/**
 * Finds the tsconfig.json of `--impact`; a folder stands for the one in it, as for tsc.
 *
 * @throws {ConfigurationError} when there is none: also where nothing differs, so that a wrong path shows at once
 */
export function findTsconfig(cwd: string, named: string): ProjectFile {
  const { path, shown } = projectFile(cwd, named)
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory()
  const file = isFolder ? join(path, 'tsconfig.json') : path
  if (existsSync(file)) return projectFile(cwd, file)
  throw new ConfigurationError(
    `There is no ${isFolder ? `${shown}/tsconfig.json` : shown}.\nName the tsconfig.json of the program with --impact.`,
  )
}
