import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../support/database.js'
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

describe('the program of the page on errors that wraps a transaction of its own', () => {
  it('commits and ends by itself', async () => {
    const own = await openDatabase<Record<string, never>>(server, 'process_exit_test')
    await own.raw.query('create table process_exit_test.orders (id int primary key)')
    await own.raw.query('insert into process_exit_test.orders values (16), (17)')
    const page = await readFile(new URL('../../docs/errors.md', import.meta.url), 'utf8')
    const [, block = ''] = /```ts\n(import \{ wrapTransaction \}.*?)```/s.exec(page) ?? []
    const program = block
      .replace("'kysely-matrixone'", module('../../src/dist/index.js'))
      .replace('<DB>', '')
    const { code, output } = await run(
      `const connection = ${JSON.stringify(own.options)}\n${program}\nconsole.log('done')`,
    )
    expect(output).toBe('done\n')
    expect(code).toBe(0)
    const [rows] = await own.raw.query('select id from process_exit_test.orders')
    expect(rows).toEqual([{ id: 16 }])
  })
})
