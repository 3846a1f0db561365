import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { findRepository } from '../workspace/repository.js'

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
  const root = findRepository(folder) ?? folder
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

function systemOf(path: string): Pipeline['system'] {
  // A worktree has a file `.git`, and no config in it.
  if (!existsSync(path)) return 'none'
  const [, host = ''] =
    /^\s*url\s*=\s*(?:\w+:\/\/)?(?:[^@\s]*@)?([\w.-]+)/m.exec(readFileSync(path, 'utf8')) ?? []
  if (/(^|\.)github\./.test(host)) return 'github'
  return /(^|\.)gitlab\./.test(host) ? 'gitlab' : 'none'
}
