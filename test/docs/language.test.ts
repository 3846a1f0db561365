import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../../', import.meta.url)

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'src/README.md',
  'src/CHANGELOG.md',
  'codegen/README.md',
  'codegen/CHANGELOG.md',
  ...readdirSync(new URL('docs/', ROOT), { recursive: true, encoding: 'utf8' })
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.md')),
]

/** Words that read like a translation, with what to write instead. */
const words: readonly (readonly [RegExp, string])[] = [
  [/\b(whoever|whosoever)\b/i, 'anyone who, or "you"'],
  [/\b(nobody|somebody|anybody)\b/i, 'no one, another caller, anyone'],
  [/\ball the same\b/i, 'anyway'],
  [/\bfor ever\b/i, 'forever'],
  [/\b(without a word|in silence)\b/i, 'silently'],
  [/(?<!\bthere|\bThere) is no (?!longer|one\b)\w/, 'is not a'],
  [/\bthose that\b/i, 'name what is meant'],
]

/** A doc comment is a noun phrase or an imperative. */
const startsWithWhat = /\/\*\*\s*(?:\*\s*)?What\b/

const sources = ['src', 'codegen', 'test', 'examples'].flatMap((folder) =>
  readdirSync(new URL(`${folder}/`, ROOT), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.ts') && !/\/(?:dist|node_modules|output)\//.test(name)),
)

describe('the prose of the documentation', () => {
  it.each(pages)('%s reads as plain English', (page) => {
    const text = readFileSync(new URL(page, ROOT), 'utf8').replaceAll(/```.*?```/gs, '')
    const found = words.flatMap(([pattern, instead]) => {
      const match = pattern.exec(text.replaceAll(/\s+/g, ' '))
      return match === null ? [] : [`"${match[0]}": ${instead}`]
    })
    expect(found).toEqual([])
  })
})

describe('the comments and test names of the sources', () => {
  it('have none of the words that read like a translation', () => {
    const found = sources.flatMap((file) => {
      const text = readFileSync(new URL(file, ROOT), 'utf8')
      // The names and texts that tests send are data.
      const prose = text.matchAll(/\/\*\*[^]*?\*\/|^ *\/\/ .*|\b(?:it|describe)\((['"`]).*?\1/gm)
      return [...prose].flatMap(([piece]) => {
        const line = piece.replaceAll(/\s+\*?\s*/g, ' ')
        const word = words.find(([pattern]) => pattern.test(line))
        if (word !== undefined) return [`${file}: ${line.slice(0, 100)}: write ${word[1]}`]
        return startsWithWhat.test(piece)
          ? [`${file}: ${line.slice(0, 100)}: starts with What`]
          : []
      })
    })
    expect(found).toEqual([])
  })
})
