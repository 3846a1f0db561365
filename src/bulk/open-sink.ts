/** Where bytes go: a stream of Node or of the web, with its back-pressure and its failures. */
import type { Writable } from 'node:stream'
import { ValueError } from '../errors.js'
import { checkArgument } from '../options/check-options.js'
import { object } from '../options/option-rules.js'

/** A web stream's `WritableStream`, of whatever library declares it. */
export interface WebSink {
  getWriter(): WebWriter
}

/** The writer of a web stream. */
export interface WebWriter {
  readonly ready: Promise<unknown>
  readonly closed: Promise<unknown>
  write(chunk: Uint8Array): Promise<unknown>
  close(): Promise<unknown>
  abort(reason?: unknown): Promise<unknown>
  releaseLock(): void
}

/** A Node `Writable` (a file, a socket, a response, a gzip) or a web `WritableStream` of bytes. */
export type StreamSink = Writable | WebSink

/** A sink that bytes are written to. */
export interface OpenSink {
  /** Resolves when there is room for more; rejects when the sink has failed. */
  write(chunk: Uint8Array): Promise<void>
  /** Resolves when the sink has taken everything. */
  end(): Promise<void>
  /** Gives the sink up because of an error, which its own readers are told of. */
  abandon(error: unknown): void
}

/** How a sink is used. */
export interface SinkUse {
  /** Whether the sink is ended, or destroyed after an error; if not, it stays open for its owner. */
  readonly end: boolean
  /** Told once when the sink fails or is closed by its other side. */
  readonly onFailure: (error: unknown) => void
}

/** @throws {ValueError} for anything else than a stream to write to */
export function openSink(sink: StreamSink, use: SinkUse): OpenSink {
  checkArgument('export.toStream', 'The sink', object, sink)
  if ('getWriter' in sink) return new OpenWebSink(sink.getWriter(), use)
  if (typeof sink.write === 'function' && typeof sink.on === 'function') {
    return new OpenNodeSink(sink, use)
  }
  throw new ValueError('The sink must be a Writable of Node or a WritableStream of the web.')
}

class OpenNodeSink implements OpenSink {
  readonly #stream: Writable
  readonly #use: SinkUse
  #failure: { readonly error: unknown } | undefined
  #wake: () => void = () => undefined

  constructor(stream: Writable, use: SinkUse) {
    this.#stream = stream
    this.#use = use
    stream.on('error', this.#onError)
    stream.on('close', this.#onClose)
    stream.on('drain', this.#onDrain)
    if (stream.destroyed || !stream.writable) this.#onClose()
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#assertOpen()
    if (this.#stream.write(chunk)) return
    await new Promise<void>((resolve) => (this.#wake = resolve))
    this.#assertOpen()
  }

  async end(): Promise<void> {
    this.#assertOpen()
    if (this.#use.end) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        this.#stream.end(resolve)
      })
    }
    // The close of a stream that is done is not a failure.
    if (!this.#stream.writableFinished) this.#assertOpen()
    this.#release()
    this.#stream.off('error', this.#onError)
  }

  abandon(error: unknown): void {
    this.#release()
    // Its error listener stays: without one the error would end the process.
    if (this.#use.end)
      this.#stream.destroy(error instanceof Error ? error : new Error(String(error)))
    else this.#stream.off('error', this.#onError)
  }

  #release(): void {
    this.#stream.off('close', this.#onClose)
    this.#stream.off('drain', this.#onDrain)
  }

  #assertOpen(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }

  readonly #onDrain = (): void => this.#wake()

  readonly #onError = (error: unknown): void => {
    if (this.#failure === undefined) {
      this.#failure = { error }
      this.#use.onFailure(error)
    }
    this.#wake()
  }

  readonly #onClose = (): void => {
    if (this.#stream.writableFinished) this.#wake()
    else this.#onError(new Error('The stream was closed before everything was written.'))
  }
}

class OpenWebSink implements OpenSink {
  readonly #writer: WebWriter
  readonly #use: SinkUse
  #failure: { readonly error: unknown } | undefined
  #last: Promise<unknown> = Promise.resolve()
  #isDone = false

  constructor(writer: WebWriter, use: SinkUse) {
    this.#writer = writer
    this.#use = use
    const fail = (error: unknown): void => {
      if (this.#isDone || this.#failure !== undefined) return
      this.#failure = { error }
      use.onFailure(error)
    }
    writer.closed.then(
      () => fail(new Error('The stream was closed before everything was written.')),
      fail,
    )
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error
    this.#last = this.#writer.write(chunk)
    // Its failure is that of `closed` and of the next `ready`.
    this.#last.catch(() => undefined)
    await this.#writer.ready
  }

  async end(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error
    await this.#last
    this.#isDone = true
    if (this.#use.end) await this.#writer.close()
    this.#writer.releaseLock()
  }

  abandon(error: unknown): void {
    this.#isDone = true
    if (this.#use.end) this.#writer.abort(error).catch(() => undefined)
    this.#writer.releaseLock()
  }
}
