import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const module = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href)

/** Runs a program and resolves with its exit code; it is not helped to exit. */
function run(program: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('exit', (code) => resolve({ code, output }))
  })
}

describe('a program that called destroy()', () => {
  it('ends by itself, although the server ignores COM_QUIT', async () => {
    const { code, output } = await run(`
      import { MatrixOne } from ${module('../../src/dist/index.js')}
      import { sql } from 'kysely'
      const db = new MatrixOne({ connection: ${JSON.stringify(server.options)} })
      await Promise.all([1, 2, 3].map(() => sql\`select 1\`.execute(db)))
      for await (const row of db.selectFrom(sql\`(select result as n from generate_series(1, 3000) g)\`.as('s')).selectAll().stream(10)) break
      await db.destroy()
      console.log('destroyed')
    `)
    expect(output).toBe('destroyed\n')
    expect(code).toBe(0)
  })
})
