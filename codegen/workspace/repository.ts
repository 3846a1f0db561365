import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Finds the root of the repository that a folder is in; undefined outside of one. */
export function findRepository(folder: string): string | undefined {
  if (existsSync(join(folder, '.git'))) return folder
  const above = dirname(folder)
  return above === folder ? undefined : findRepository(above)
}
