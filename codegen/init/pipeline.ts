import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** The CI system of a repository. */
export interface Pipeline {
  readonly system: 'github' | 'gitlab' | 'other' | 'none'
  /** The root of the repository. */
  readonly root: string
  /** The project's folder in it, with `/`; empty for the root itself. */
  readonly inside: string
}

/** Files of systems for which no job is written. */
const others = [
  '.circleci',
  'azure-pipelines.yml',
  'bitbucket-pipelines.yml',
  'Jenkinsfile',
  '.travis.yml',
  '.woodpecker',
]

/** Finds the CI system by its files, or by the host of the repository. */
export function findPipeline(folder: string): Pipeline {
  const root = findRoot(folder) ?? folder
  const has = (name: string): boolean => existsSync(join(root, name))
  return {
    system: has('.github/workflows')
      ? 'github'
      : has('.gitlab-ci.yml')
        ? 'gitlab'
        : others.some(has)
          ? 'other'
          : has('.github')
            ? 'github'
            : systemOf(join(root, '.git', 'config')),
    root,
    inside: relative(root, folder).replaceAll('\\', '/'),
  }
}

function findRoot(folder: string): string | undefined {
  if (existsSync(join(folder, '.git'))) return folder
  const above = dirname(folder)
  return above === folder ? undefined : findRoot(above)
}

function systemOf(path: string): Pipeline['system'] {
  // A worktree has a file `.git`, and no config in it.
  if (!existsSync(path)) return 'none'
  const [, host = ''] =
    /^\s*url\s*=\s*(?:\w+:\/\/)?(?:[^@\s]*@)?([\w.-]+)/m.exec(readFileSync(path, 'utf8')) ?? []
  if (/(^|\.)github\./.test(host)) return 'github'
  return /(^|\.)gitlab\./.test(host) ? 'gitlab' : 'none'
}
