import { existsSync } from 'node:fs'
import {
  proxy,
  record,
  replay,
  type FaultSwitches,
  type Player,
  type Proxy,
  type Recorder,
  type RecordOptions,
  type ServerAddress,
  type TextOptions,
} from 'kysely-matrixone/testing'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { addressOf, defaultPortOf, type Address } from './address.js'
import { type Differences, differencesOf } from './differences.js'
import { readVersion } from './read-version.js'
import { findReasonNotToSave } from './recording-rules.js'
import { showPath, tapeOf } from './tapes.js'

type Product = NonNullable<RecordOptions['product']>

/** How the versions begin that a tape in git may come from. */
const VERSIONS: Readonly<Record<Product, RegExp>> = {
  MatrixOne: /^8\.0\.30-MatrixOne-v/,
  MariaDB: /^[\d.-]+-MariaDB/,
}

export interface ServerOptions extends TextOptions {
  /** Puts a proxy in front of the server in live mode too, for the fault switches. */
  readonly proxy?: boolean
  /**
   * For tests that need two compute nodes behind MatrixOne's proxy, which `MO_CLUSTER_URL` names, or
   * a proxy with `conn-cache-enabled`, which `MO_CONN_CACHE_URL` names.
   */
  readonly cluster?: true | 'that keeps sessions'
  /** For tests that set the whole server back: a server of its own, which `MO_OWN_URL` names. */
  readonly own?: true
  /** `'MariaDB'` for tests of what MatrixOne does not have; `MARIADB_URL` names that server. */
  readonly product?: Product
  /** Told of packets that the proxy, recorder or player keeps from the server; default stderr. */
  readonly onProblem?: (problem: string) => void
  /** `'allow'` for files that ask the player on purpose what it cannot answer. */
  readonly unanswered?: 'fail' | 'allow'
}

/** The server of one test file; all but `mode` is valid inside tests and hooks only. */
export interface TestServer {
  readonly mode: 'replay' | 'live' | 'record'
  readonly options: Address
  readonly url: string
  /** The server's own name for itself, such as `8.0.30-MatrixOne-v4.2.0`. */
  readonly version: string
  /** The abilities of a server of that version. */
  readonly can: Differences
  /** The proxy, recorder or player in front; in live mode only with the option `proxy`. */
  readonly proxy: Proxy
  readonly faults: FaultSwitches
  /** Registers what to undo after the tests while the server is still there; last in, first out. */
  readonly beforeClose: (undo: () => unknown) => void
}

interface Started {
  readonly address: ServerAddress
  readonly version: string
  readonly front: Proxy | undefined
}

/**
 * Gives a test file its server: the recording of it (default), the server at `MO_URL`, or that
 * server through a recorder that writes the recording (`MO_RECORD=1`). Call at the top level.
 *
 * A file with the option `cluster`, `own` or `product` goes by its own variable instead: without it, it
 * plays its recording, also while the others run live or are recorded.
 */
export function useServer(testFile: string, options: ServerOptions = {}): TestServer {
  const variable = variableOf(options)
  const url = process.env[variable]
  const target = url ? addressOf(url, variable) : undefined
  const mode = target === undefined ? 'replay' : process.env['MO_RECORD'] ? 'record' : 'live'
  const tape = tapeOf(testFile)
  let started: Started | undefined
  let recorder: Recorder | undefined
  let player: Player | undefined
  const undos: (() => unknown)[] = []

  beforeAll(async () => {
    if (target === undefined) {
      player = await openPlayer(tape, variable, options)
      started = { address: player, version: player.tape.server, front: player }
      return
    }
    const address = { host: target.host, port: target.port }
    const version = await readVersion(address, variable)
    if (mode === 'record') {
      refuseOtherServers(version, options.product ?? 'MatrixOne')
      recorder = await record({ target: address, ...options })
      started = { address: recorder, version, front: recorder }
    } else {
      const front =
        options.proxy === true ? await proxy({ ...options, target: address }) : undefined
      started = { address: front ?? address, version, front }
    }
  })

  afterEach(async () => {
    await started?.front?.faults.clear()
  })

  // oxlint-disable-next-line no-empty-pattern -- vitest parses the parameter and wants a pattern
  afterAll(async ({}, suite) => {
    try {
      for (const undo of undos.splice(0).toReversed()) await undo()
    } finally {
      await started?.front?.close()
    }
    if (player !== undefined && options.unanswered !== 'allow') {
      const messages = player.unanswered.map(({ message }) => message)
      if (messages.length > 0) throw new Error(messages.join('\n'))
    }
    if (recorder !== undefined) {
      const reason = findReasonNotToSave(suite)
      if (reason !== undefined) throw new Error(`${showPath(tape)} was not written: ${reason}.`)
      await recorder.save(tape)
    }
  })

  const get = (): Started => {
    if (started !== undefined) return started
    throw new Error('The server is not up yet: use it inside tests and hooks.')
  }
  return {
    mode,
    get options() {
      const { host, port } = get().address
      // The replies on a tape name its user: who replays must log in as who recorded.
      const user = target?.user ?? player?.tape.connections[0]?.user ?? 'root'
      return { host, port, user, password: target?.password ?? '111' }
    },
    get url() {
      const { host, port, user, password } = this.options
      return `mysql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}`
    },
    get version() {
      return get().version
    },
    get can() {
      return differencesOf(get().version)
    },
    get proxy() {
      const { front } = get()
      if (front !== undefined) return front
      throw new Error('No proxy in live mode: useServer(import.meta.url, { proxy: true }).')
    },
    get faults() {
      return this.proxy.faults
    },
    beforeClose: (undo) => void undos.push(undo),
  }
}

function variableOf({ cluster, own, product }: ServerOptions): string {
  if (own === true) return 'MO_OWN_URL'
  if (product === 'MariaDB') return 'MARIADB_URL'
  if (cluster === undefined) return 'MO_URL'
  return cluster === true ? 'MO_CLUSTER_URL' : 'MO_CONN_CACHE_URL'
}

async function openPlayer(tape: string, variable: string, options: ServerOptions): Promise<Player> {
  const file = showPath(tape)
    .replace('/tapes/', '/')
    .replace(/\.json$/, '.test.ts')
  const url = `mysql://root:111@127.0.0.1:${defaultPortOf(variable)}`
  const again = `${variable}=${url} npm run record -- ${file}`
  if (!existsSync(tape)) {
    throw new Error(`There is no recording ${showPath(tape)}. Record one: ${again}`)
  }
  return await replay(tape, { ...options, recordAgain: `record it again: ${again}` })
}

function refuseOtherServers(version: string, product: Product): void {
  if (VERSIONS[product].test(version)) return
  throw new Error(`This recording is made from ${product} only; the server says ${version}.`)
}
