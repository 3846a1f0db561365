import { PassThrough, Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { openSink, type StreamSink } from '../../src/bulk/open-sink.js'

const chunk = Buffer.alloc(100)
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function open(sink: StreamSink, end = true) {
  const failures: unknown[] = []
  return { failures, output: openSink(sink, { end, onFailure: (error) => failures.push(error) }) }
}

function gated(): { readonly stream: Writable; readonly free: () => void } {
  const waiting: (() => void)[] = []
  const stream = new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, done) => void waiting.push(done),
  })
  return { stream, free: () => waiting.shift()?.() }
}

describe('a Writable of Node', () => {
  it('takes the next chunk only when it has room', async () => {
    const { stream, free } = gated()
    const { output } = open(stream)
    let isTaken = false
    const written = output.write(chunk).then(() => (isTaken = true))
    await turn()
    expect(isTaken).toBe(false)
    free()
    await written
    expect(isTaken).toBe(true)
  })

  it('is finished when end() resolves, and leaves no listener behind', async () => {
    const stream = new PassThrough().resume()
    const before = stream.eventNames()
    const { output, failures } = open(stream)
    await output.write(chunk)
    await output.end()
    await turn()
    expect(stream.writableFinished).toBe(true)
    expect(failures).toEqual([])
    expect(stream.eventNames().filter((name) => !before.includes(name))).toEqual([])
  })

  it('that fails while it is waited for rejects the write, and tells once', async () => {
    const { stream } = gated()
    const { output, failures } = open(stream)
    const written = output.write(chunk)
    stream.destroy(new Error('disk full'))
    await expect(written).rejects.toThrow('disk full')
    await expect(output.write(chunk)).rejects.toThrow('disk full')
    expect(failures).toEqual([new Error('disk full')])
  })

  it.each([
    ['before', true],
    ['after', false],
  ])('that is closed %s the first write is a failure', async (_when, isBefore) => {
    const stream = new PassThrough()
    if (isBefore) stream.destroy()
    const { output, failures } = open(stream)
    if (!isBefore) stream.destroy()
    await turn()
    await expect(output.write(chunk)).rejects.toThrow(/closed before everything was written/)
    expect(failures).toHaveLength(1)
  })

  it('is destroyed with the error, which ends no process without a listener', async () => {
    const stream = new PassThrough()
    open(stream).output.abandon(new Error('stopped'))
    await turn()
    expect(stream.errored).toEqual(new Error('stopped'))
  })

  it('stays open for its owner', async () => {
    const stream = new PassThrough().resume()
    await open(stream, false).output.end()
    open(stream, false).output.abandon(new Error('stopped'))
    await turn()
    expect(stream.writable).toBe(true)
  })
})

describe('a WritableStream of the web', () => {
  it('takes the next chunk only when it has room, and is closed at the end', async () => {
    let free: () => void = () => undefined
    let isClosed = false
    const stream = new WritableStream<Uint8Array>({
      write: () => new Promise<void>((resolve) => (free = resolve)),
      close: () => void (isClosed = true),
    })
    const { output, failures } = open(stream)
    let isTaken = false
    const written = output.write(chunk).then(() => (isTaken = true))
    await turn()
    expect(isTaken).toBe(false)
    free()
    await written
    await output.end()
    await turn()
    expect({ isClosed, isLocked: stream.locked, failures }).toEqual({
      isClosed: true,
      isLocked: false,
      failures: [],
    })
  })

  it('that fails rejects the next write', async () => {
    const { output, failures } = open(
      new WritableStream({ write: () => Promise.reject(new Error('gone')) }),
    )
    await output.write(chunk).catch(() => undefined)
    await turn()
    await expect(output.write(chunk)).rejects.toThrow('gone')
    expect(failures).toEqual([new Error('gone')])
  })

  it('is aborted with the error, or stays open for its owner', async () => {
    const reasons: unknown[] = []
    const make = () => new WritableStream({ abort: (reason) => void reasons.push(reason) })
    open(make()).output.abandon('stopped')
    const kept = make()
    open(kept, false).output.abandon('stopped')
    await turn()
    expect({ reasons, isLocked: kept.locked }).toEqual({ reasons: ['stopped'], isLocked: false })
  })
})
