/** Programs as a user starts them: a process of their own, from spawn to exit. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** With extra certificates each node would read them all at its start, TLS or not: 35 ms to either peer. */
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env

const root = new URL('../../', import.meta.url)

/** What `npx mo-codegen` starts. */
export const moCodegen = fileURLToPath(new URL('codegen/bin/mo-codegen.js', root))

/** What `npx kysely-codegen` starts. */
export const kyselyCodegen = fileURLToPath(
  new URL('node_modules/kysely-codegen/dist/cli/bin.js', root),
)

/**
 * Milliseconds that `node` takes with some arguments.
 *
 * @throws {Error} when it ends with another exit code than 0
 */
export function millisecondsOfNode(...argv) {
  return new Promise((resolve, reject) => {
    const start = performance.now()
    const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
    child.on('error', reject)
    child.on('close', (code) => {
      const milliseconds = performance.now() - start
      if (code === 0) resolve(milliseconds)
      else reject(new Error(`node ${argv[0]} … ended with ${code}:\n${said}`))
    })
  })
}

const REPORT_CPU = `data:text/javascript,process.on('exit',()=>{const{user,system}=process.cpuUsage();process.stderr.write('cpu '+(user+system)/1000)})`

/**
 * CPU milliseconds that `node` takes with some arguments.
 *
 * @throws {Error} when it ends with another exit code than it should, 0 unless given
 */
export function cpuOfNode({ cwd, ends = 0 }, ...argv) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', REPORT_CPU, ...argv], { cwd })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === ends) resolve(Number(/cpu ([\d.]+)$/.exec(said)?.[1]))
      else reject(new Error(`node ${argv.join(' ')} ended with ${code}:\n${said}`))
    })
  })
}
