/** Runs the command line in this process, in a folder of its own, and keeps what it said. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../../codegen/cli.js'

/** The outcome of one command line. */
export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A folder that is removed afterwards. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'mo-codegen-'))

  path(name: string): string {
    return join(this.folder, name)
  }

  async run(
    argv: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<CommandResult> {
    let stdout = ''
    let stderr = ''
    const code = await run(argv, {
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
      env: { ...env },
      cwd: this.folder,
    })
    return { code, stdout, stderr }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
