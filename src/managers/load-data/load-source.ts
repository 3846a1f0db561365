import { createReadStream } from 'node:fs'
import { LoadDataError, ValueError } from '../../errors.js'
import { isObject } from '../../options/option-rules.js'
import { isWellFormed } from '../../sql/characters.js'
import { type StageFile, stageUrl } from '../stage/stage-path.js'

/** A piece of a file: bytes, or text that is sent as UTF-8. */
export type LoadChunk = Uint8Array | string

/**
 * Where the rows come from:
 * `{ file }` of this machine, `{ stage, file }`, `{ serverFile }` of the server's machine,
 * `{ text }` inside the statement, or a stream: a Node `Readable`, a web `ReadableStream`, an
 * async generator.
 */
export type LoadSource =
  | AsyncIterable<LoadChunk>
  | { readonly file: string }
  | StageFile
  | { readonly serverFile: string }
  | { readonly text: string }

/** How the server gets the rows. */
export type ResolvedSource =
  | { readonly kind: 'local'; readonly stream: AsyncIterable<Uint8Array>; close(): Promise<void> }
  | { readonly kind: 'server'; readonly path: string }
  | { readonly kind: 'inline'; readonly text: string }

/** Finds out what a source is. Nothing is opened before the server asks for it. */
export function resolveSource(source: LoadSource): ResolvedSource {
  const given: unknown = source
  if (!isObject(given)) {
    throw new ValueError(
      'Say what the text is: { file }, { stage, file }, { serverFile } or { text }.',
    )
  }
  if (Symbol.asyncIterator in source) return localSource(source)
  if ('stage' in source) return { kind: 'server', path: stageUrl(source) }
  if ('file' in source) return localSource(readFile(source.file))
  if ('text' in source) return { kind: 'inline', text: source.text }
  if ('serverFile' in source && source.serverFile.startsWith('/')) {
    return { kind: 'server', path: source.serverFile }
  }
  throw new ValueError(
    'serverFile must be an absolute path of the server. For a stage: { stage, file }.',
  )
}

function localSource(source: AsyncIterable<LoadChunk>): ResolvedSource {
  const iterator = source[Symbol.asyncIterator]()
  return {
    kind: 'local',
    stream: toBytes({ [Symbol.asyncIterator]: () => iterator }),
    // A server that refuses the statement never asks for the file, so it is still open.
    close: async () => {
      await iterator.return?.()
    },
  }
}

async function* readFile(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield* createReadStream(path) as AsyncIterable<Uint8Array>
}

/** Turns chunks into bytes; a character that is cut in two between chunks is put together again. */
export async function* toBytes(
  source: AsyncIterable<LoadChunk>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let half = ''
  for await (const chunk of source) {
    if (chunk instanceof Uint8Array) {
      yield chunk
      continue
    }
    if (typeof chunk !== 'string') {
      throw new LoadDataError(`The source gave a ${typeof chunk}. Give Buffers or strings.`)
    }
    const text = half + chunk
    half = /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : ''
    yield encode(half === '' ? text : text.slice(0, -1))
  }
  if (half !== '') yield encode(half)
}

function encode(text: string): Uint8Array {
  if (isWellFormed(text)) return Buffer.from(text)
  throw new LoadDataError('The source holds a lone surrogate, which UTF-8 cannot carry.')
}
