import { describe, expect, it } from 'vitest'
import { projectFile } from '../../../codegen/workspace/project-file.js'

describe('a file of the project', () => {
  it('is shown relative to the working folder when it is below, else with its whole path', () => {
    expect(projectFile('/a/b', 'c/db.ts')).toEqual({ path: '/a/b/c/db.ts', shown: 'c/db.ts' })
    expect(projectFile('/a/b', '../c/db.ts')).toEqual({ path: '/a/c/db.ts', shown: '/a/c/db.ts' })
  })

  it('can be given relative to another folder, as the paths in a configuration file are', () => {
    expect(projectFile('/a/b', 'db.ts', '/a')).toEqual({ path: '/a/db.ts', shown: '/a/db.ts' })
  })
})
