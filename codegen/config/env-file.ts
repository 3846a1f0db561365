import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { ConfigurationError } from '../errors.js'
import type { ProjectFile } from '../workspace/project-file.js'
import { withoutMark } from '../workspace/files.js'

/**
 * Loads variables as `process.loadEnvFile` does: one that is already set stays.
 *
 * @throws {ConfigurationError} when the file cannot be read
 */
export function loadEnvFile(
  { path, shown }: ProjectFile,
  env: Record<string, string | undefined>,
): void {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const code = (error as { code?: string }).code ?? 'unknown error'
    throw new ConfigurationError(`--env-file names ${shown}, which cannot be read (${code}).`, {
      cause: error,
    })
  }
  for (const [name, value] of Object.entries(parseEnv(withoutMark(text)))) env[name] ??= value
}

/** A hint at a `.env` file, which is read only on request; empty when there is none. */
export function mentionEnvFile(cwd: string): string {
  return existsSync(join(cwd, '.env'))
    ? '\nThe file .env in this folder was not read; --env-file .env reads it.'
    : ''
}
