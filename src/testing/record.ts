import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Listener } from './listener.js'
import { exposeListener, printProblem, type Proxy, type ProxyOptions } from './proxy.js'
import { RecordingBackend } from './recording-backend.js'
import { ServerBackend } from './server-backend.js'
import { printTape } from './tape/print-tape.js'
import type { Tape } from './tape/tape.js'
import { type Product, TapeRecorder } from './tape/tape-recorder.js'
import { TapeText, type TextOptions } from './tape/tape-text.js'

export interface RecordOptions extends ProxyOptions, TextOptions {
  /**
   * The product name in the server's version. MariaDB is for features that MatrixOne does not have,
   * such as two-phase transactions. Default: MatrixOne.
   */
  readonly product?: Product
}

/** A proxy that records what passes through it. */
export interface Recorder extends Proxy {
  /**
   * The recording up to now.
   *
   * @throws {Error} when no client has connected, or the server is another product
   */
  readonly tape: Tape
  /** Writes the tape to a file, whole or not at all. */
  save(path: string | URL): Promise<void>
}

/**
 * Opens a recording proxy on a free loopback port in front of a MatrixOne server.
 *
 * Passwords of logins are never kept, and credentials in statements and replies are replaced by
 * `***`. Look through a tape before you publish it: your data is in it.
 *
 * @example
 * const recorder = await record({ target: { host: '127.0.0.1', port: 6001 } })
 * await runTests({ host: recorder.host, port: recorder.port })
 * await recorder.close()
 * await recorder.save('test/tapes/orders.json')
 */
export async function record(options: RecordOptions): Promise<Recorder> {
  const recorder = new TapeRecorder(new TapeText(options), options.product ?? 'MatrixOne')
  const listener = await Listener.open({
    makeBackend: (connection) =>
      new RecordingBackend(new ServerBackend(options.target), recorder, connection),
    report: options.onProblem ?? printProblem,
    oneByOne: true,
  })
  return {
    ...exposeListener(listener),
    get tape() {
      return recorder.makeTape()
    },
    save: (path) => saveTape(recorder.makeTape(), path),
  }
}

async function saveTape(tape: Tape, path: string | URL): Promise<void> {
  const file = typeof path === 'string' ? path : fileURLToPath(path)
  await mkdir(dirname(file), { recursive: true })
  const unfinished = `${file}.${process.pid}.tmp`
  await writeFile(unfinished, printTape(tape))
  await rename(unfinished, file)
}
