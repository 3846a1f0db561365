import { relative, resolve } from 'node:path'

/** A file of the user's project: where it is, and the name that messages give it. */
export interface ProjectFile {
  /** Absolute. */
  readonly path: string
  /** Relative to the folder that the command runs in, unless it is elsewhere. */
  readonly shown: string
}

/** Resolves a path against a folder and names it as seen from `cwd`. */
export function projectFile(cwd: string, path: string, base: string = cwd): ProjectFile {
  const absolute = resolve(base, path)
  return { path: absolute, shown: shownPath(cwd, absolute) }
}

function shownPath(cwd: string, path: string): string {
  const shown = relative(cwd, path)
  return shown === '' || shown.startsWith('..') ? path : shown.replaceAll('\\', '/')
}
