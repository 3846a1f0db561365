/**
 * 2,000 transfers on a pool of 8 while connections are cut, reset, killed, delayed, swallowed and garbled,
 * and autocommit is switched off for the whole account at half-time: no transfer is lost or doubled
 * beyond those whose outcome was reported as unknown, every promise settles, and the process ends by
 * itself, also while the server is stopped (`leave.js`).
 *
 *   MO_URL=mysql://user:password@host:6001 npm run soak -- bank-transfer [--transfers 2000]
 *
 * The server, or one of several compute nodes behind MatrixOne's proxy, can die half-way as well and come
 * back, and its process be stopped for a second every ten:
 *
 *   MO_NODE_STOP='kill -9 4711' MO_NODE_START='systemctl start cn1' MO_NODE_PAUSE='kill -STOP 4711' \
 *     MO_NODE_RESUME='kill -CONT 4711' MO_URL=… npm run soak -- bank-transfer
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { MatrixOne, onEvent, setSession } from 'kysely-matrixone'
import { proxy } from 'kysely-matrixone/testing'
import { connectionOptions, withStatements } from '../bench/server.js'
import { audit, openBank, transfer } from './bank.js'
import { startChaos } from './chaos.js'
import { leaveEveryWay } from './leave.js'
import { planOutage, planPause } from './node.js'
import { watchSockets } from './sockets.js'

const DATABASE = 'kmo_soak_bank'
const ACCOUNT = 'kmo_soak_bank'
const POOL = 8
const flag = process.argv.indexOf('--transfers')
const TRANSFERS = flag < 0 ? 2_000 : Number(process.argv[flag + 1])

const server = connectionOptions()
/** On a connection of its own each time: the node of a longer one could be the one that dies. */
const send = (statement) => withStatements((sendOne) => sendOne(statement))
await send(`drop account if exists ${ACCOUNT}`)
await send(`create account ${ACCOUNT} admin_name 'admin' identified by '111'`)
const tenant = { ...server, user: `${ACCOUNT}:admin`, password: '111' }
/** On a connection to the account, whose settings are its own. */
const sendTenant = (statement) => withStatements((sendOne) => sendOne(statement), tenant)
await sendTenant(`create database ${DATABASE}`)
const between = await proxy({ target: { host: server.host, port: server.port } })
const sockets = watchSockets(between.port)

const open = new Set()
let mostOpen = 0
const retries = {}
onEvent('kysely-matrixone:connection:created', ({ connectionId }) => {
  open.add(connectionId)
  mostOpen = Math.max(mostOpen, open.size)
})
onEvent('kysely-matrixone:connection:closed', ({ connectionId }) => open.delete(connectionId))
onEvent('kysely-matrixone:transaction:retry', ({ error }) => {
  const key = `${error.errno ?? error.cause?.errno ?? error.name}`
  retries[key] = (retries[key] ?? 0) + 1
})

const db = new MatrixOne({
  connection: { ...tenant, port: between.port, database: DATABASE, connectionLimit: POOL },
  hooks: [setSession({ lock_wait_timeout: 3 })],
  statementTimeout: 5_000,
  cancelTimeout: 2_000,
  acquireTimeout: 60_000,
})
await openBank(db)

const started = performance.now()
const outage = planOutage()
let outageEnded = Promise.resolve()
const chaos = startChaos({
  faults: between.faults,
  send,
  connections: open,
  pause: planPause(),
  every: 150,
})
const told = await transfer(db, TRANSFERS, POOL, {
  retry: { attempts: 10, backoff: 50, maxDelay: 1_000 },
  atHalf: () => {
    outageEnded = sendTenant('set global autocommit = 0').then(() => outage?.())
  },
})
await chaos.stop()
console.log('faults', chaos.struck)
const seconds = (performance.now() - started) / 1_000

await outageEnded
// What was told as unknown, or written on another node, may show a moment later.
await sleep(1_000)

const verdicts = {}
const errors = {}
for (const { verdict, error } of told.values()) {
  verdicts[verdict] = (verdicts[verdict] ?? 0) + 1
  if (error === undefined) continue
  const key = `${verdict}: ${error.name} ${error.errno ?? error.code ?? ''} ${error.message.slice(0, 60)}`
  errors[key] = (errors[key] ?? 0) + 1
}
const { findings, booked } = await audit(db, told)
const unknown = [...told].filter(([, { verdict }]) => verdict === 'unknown').map(([id]) => id)

const rounds = await Promise.all(
  Array.from({ length: POOL * 3 }, () => sql`select connection_id() as id`.execute(db)),
)
const openAfterwards = sockets.open
await db.destroy()
await sleep(200)

console.log('told', verdicts, `in ${seconds.toFixed(1)} s`)
console.log('errors', errors)
const ends = [...told.values()].filter(({ verdict }) => verdict === 'done').map(({ at }) => at)
const gaps = ends.map((at, index) => at - (ends[index - 1] ?? started))
console.log('longest time without a transfer', `${(Math.max(...gaps) / 1_000).toFixed(1)} s`)
console.log('retries by error number', retries)
console.log(
  'unknown outcomes',
  unknown.length,
  'of which booked',
  unknown.filter((id) => booked.has(id)).length,
)
console.log(
  'pool connections at once',
  mostOpen,
  `(limit ${POOL});`,
  'sockets at once, with KILLs',
  sockets.most,
)
console.log('sockets open after the run', openAfterwards, 'after destroy()', sockets.open)
console.log('queries answered afterwards', rounds.length)

if (told.size !== TRANSFERS) findings.push(`${TRANSFERS - told.size} promises never settled`)
if (mostOpen > POOL) findings.push(`${mostOpen} connections were open at once`)
if (openAfterwards > POOL) findings.push(`${openAfterwards} sockets were open after the run`)
if (sockets.open > 0) findings.push(`${sockets.open} sockets were open after destroy()`)
await between.close()
sockets.stop()
await send(`drop account ${ACCOUNT}`)
findings.push(...(await leaveEveryWay()))
console.log(findings.length === 0 ? 'The bank is sound.' : findings.join('\n'))
process.exitCode = findings.length === 0 ? 0 : 1

setTimeout(() => {
  console.error('The process does not end by itself:', process.getActiveResourcesInfo())
  process.exit(1)
}, 5_000).unref()
