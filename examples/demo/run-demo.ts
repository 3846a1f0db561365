import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createDemoDatabase, DEMO_DATABASE, dropDemoDatabase, runStatement } from './database.js'
import { runProgram } from './program.js'

/** Where a line of the demo's output goes. */
type Print = (line: string) => void

/**
 * Runs the whole demo against a server, or a player that stands for one.
 *
 * @param root the repository's folder
 * @param options `keep` leaves the demo's database on the server
 */
export async function runDemo(
  serverUrl: string,
  root: URL,
  print: Print,
  options: { readonly keep?: boolean } = {},
): Promise<void> {
  const url = await createDemoDatabase(serverUrl, new URL('examples/demo/schema.sql', root))
  const runCodegen = codegenIn(root, url, print)
  try {
    print(`$ npx mo-codegen generate        # reads ${DEMO_DATABASE}, writes generated/db.ts`)
    await runCodegen(['generate'], 0)
    print('')
    for (const line of await readDeclarations(root, ['Articles', 'DB'])) print(line)
    print('')
    await runProgram(url, print)
    print('')
    await runStatement(url, "alter table authors add column email varchar(120) not null default ''")
    print('$ npx mo-codegen check           # after a column was added to authors')
    await runCodegen(['check'], 1)
    await runStatement(url, 'alter table authors drop column email')
    print('$ npx mo-codegen check           # after it was dropped again')
    await runCodegen(['check'], 0)
  } finally {
    if (options.keep === true) print(`The database ${DEMO_DATABASE} was kept.`)
    else await dropDemoDatabase(serverUrl)
  }
}

/** The interfaces of these names as they stand in the generated file. */
async function readDeclarations(root: URL, names: readonly string[]): Promise<readonly string[]> {
  const text = await readFile(new URL('generated/db.ts', root), 'utf8')
  const declarations = names.map(
    (name) => new RegExp(`^export interface ${name} \\{.*?^\\}`, 'ms').exec(text)?.[0] ?? '',
  )
  return declarations
    .join('\n')
    .replaceAll(/^ *\/\*\*.*?\*\/\n/gms, '')
    .split('\n')
}

/** The real command line, each time in a process of its own. */
function codegenIn(root: URL, databaseUrl: string, print: Print) {
  const file = fileURLToPath(new URL('codegen/bin/mo-codegen.js', root))
  return async (parameters: readonly string[], expected: number): Promise<void> => {
    const child = spawn(process.execPath, [file, ...parameters], {
      cwd: fileURLToPath(root),
      env: { ...process.env, DATABASE_URL: databaseUrl, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
    for (const line of output.trimEnd().split('\n')) print(line)
    if (code === expected) return
    throw new Error(`mo-codegen ${parameters.join(' ')} exited with ${code}, not ${expected}.`)
  }
}
