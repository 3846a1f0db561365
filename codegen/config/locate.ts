import { dirname } from 'node:path'
import { projectFile, type ProjectFile } from '../workspace/project-file.js'
import type { Choice } from './choices.js'

/** Finds the file that an option names. */
export type Locate = (path: string, from: Choice<unknown>['from']) => ProjectFile

/** Paths in the configuration file count from its folder, and so do defaults; flags from `cwd`. */
export function makeLocate(cwd: string, configFile: ProjectFile | undefined): Locate {
  const folder = configFile === undefined ? cwd : dirname(configFile.path)
  return (path, from) =>
    from === 'flag'
      ? projectFile(cwd, path)
      : // A configuration written on Windows is read on other systems too.
        projectFile(cwd, path.replaceAll('\\', '/'), folder)
}
