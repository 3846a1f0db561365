import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDemoDatabase, dropDemoDatabase } from '../../examples/demo/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const DATABASE = 'kmo_readme'
let url: string

beforeAll(async () => {
  if (!server.can.generatedColumns) return
  const schema = new URL('../../examples/demo/schema.sql', import.meta.url)
  url = await createDemoDatabase(server.url, schema, DATABASE)
})

afterAll(() => dropDemoDatabase(server.url, DATABASE))

describe('the program of the README', () => {
  it('runs and ends by itself', async ({ skip }) => {
    skip(!server.can.generatedColumns, 'the demo has a generated column')
    const program = new URL('../../examples/dist/examples/readme/program.js', import.meta.url)
    const child = spawn(process.execPath, [fileURLToPath(program)], {
      env: { ...process.env, DATABASE_URL: url },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(output).toBe(
      'Vectors in a database 8\nFull-text search explained 8\nBranches for tables 8\n',
    )
    expect(code).toBe(0)
  })
})
