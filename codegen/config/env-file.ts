import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { ConfigurationError } from '../errors.js'
import type { ProjectFile } from '../workspace/project-file.js'

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
  for (const [name, value] of Object.entries(parseEnv(text))) env[name] ??= value
}

/** The sentence for a `.env` that lies there unread; nothing reads it unless asked. */
export function mentionEnvFile(cwd: string): string {
  return existsSync(join(cwd, '.env'))
    ? '\nThe file .env in this folder was not read; --env-file .env reads it.'
    : ''
}
