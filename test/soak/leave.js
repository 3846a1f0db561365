/**
 * Programs that leave: `destroy()` while a statement runs, behind a black hole, and with the server's
 * process stopped. Each is a process of its own, which has to end within a second of `destroy()`.
 * `MO_TLS=1` has them speak TLS, into which the black hole cannot look.
 */
import { execSync, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { MatrixOne } from 'kysely-matrixone'
import { proxy } from 'kysely-matrixone/testing'
import { connectionOptions } from '../bench/server.js'
import { run } from './node.js'
import { watchSockets } from './sockets.js'

const WAYS = ['running', 'black hole', 'server stopped']

const { MO_NODE_PAUSE: pause, MO_NODE_RESUME: resume, MO_TLS: hasTls } = process.env

/** Starts each program; resolves with what went wrong. */
export async function leaveEveryWay() {
  const findings = []
  for (const way of WAYS) {
    if (way === 'black hole' && hasTls) continue
    if (way === 'server stopped' && (pause === undefined || resume === undefined)) continue
    const { code, text, seconds } = await start(way)
    if (way === 'server stopped') await run(resume)
    console.log(
      `left with ${way}: ${text.trim()}, ended ${seconds.toFixed(2)} s later with ${code}`,
    )
    if (code !== 0 || !(seconds < 1)) findings.push(`the process did not leave with ${way}`)
  }
  return findings
}

function start(way) {
  return new Promise((resolve) => {
    const file = fileURLToPath(import.meta.url)
    const child = spawn(process.execPath, [file, way], { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    let destroyed = NaN
    child.stdout.on('data', (chunk) => {
      text += String(chunk)
      if (text.includes('destroyed')) destroyed = performance.now()
    })
    child.on('exit', (code) => {
      resolve({ code, text, seconds: (performance.now() - destroyed) / 1_000 })
    })
  })
}

async function leave(way) {
  const server = connectionOptions()
  const between = await proxy({ target: { host: server.host, port: server.port } })
  const port = way === 'black hole' ? between.port : server.port
  const sockets = watchSockets(port)
  const ssl = hasTls ? { ssl: { rejectUnauthorized: false } } : {}
  const db = new MatrixOne({ connection: { ...server, ...ssl, port }, shutdownTimeout: 2_000 })
  const answers = []
  for (let each = 0; each < 3; each++) {
    await sql`select ${each}`.execute(db)
    if (way === 'black hole') between.faults.blackHole({ at: 'before', statement: /sleep/ })
    answers.push(
      sql`select sleep(30)`.execute(db).then(
        () => 'answered',
        (error) => error.name,
      ),
    )
  }
  await sleep(500)
  if (way === 'server stopped') execSync(pause)
  await db.destroy()
  const told = await Promise.all(answers)
  await between.close()
  // A closed socket says so in a later turn.
  await sleep(50)
  if (sockets.open > 0) process.exitCode = 1
  sockets.stop()
  console.log(`${sockets.open} sockets open, ${[...new Set(told)].join(', ')}, destroyed`)
}

const [, file, way] = process.argv
if (WAYS.includes(way) && file === fileURLToPath(import.meta.url)) await leave(way)
