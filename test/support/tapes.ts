import { fileURLToPath } from 'node:url'
import { relative, sep } from 'node:path'

const TESTS = fileURLToPath(new URL('../', import.meta.url))
export const TAPES = fileURLToPath(new URL('../tapes/', import.meta.url))

/** The tape of a test file: the same path under `test/tapes`. */
export function tapeOf(testFile: string): string {
  const path = relative(TESTS, fileURLToPath(testFile))
  return `${TAPES}${path.replace(/\.test\.ts$/, '.json').replaceAll('/', sep)}`
}

/** A path as people type it, from the root of the repository. */
export function showPath(file: string): string {
  return relative(fileURLToPath(new URL('../../', import.meta.url)), file).replaceAll(sep, '/')
}
