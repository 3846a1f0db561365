import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { type BeirDocument, readBeir, ValueError } from 'kysely-matrixone'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let root: string
let made = 0

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'kmo-beir-'))
})
afterAll(() => rm(root, { recursive: true }))

/** Writes a set; a file of the value undefined is left out. */
async function write(files: Readonly<Record<string, string | undefined>> = {}): Promise<string> {
  const folder = join(root, String(made++))
  const all = {
    'corpus.jsonl':
      '{"_id": "d1", "title": "Low-cost airlines", "text": "Cheap flights", "metadata": {}}\n{"_id": 2, "text": "Trains"}\n',
    'queries.jsonl': '{"_id": "q1", "text": "cheap flights"}\n{"_id": "q2", "text": "boats"}\n',
    'qrels.tsv': 'query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\t2\t0\n',
    ...files,
  }
  for (const [name, text] of Object.entries(all)) {
    if (text === undefined) continue
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return folder
}

async function all(documents: AsyncIterable<BeirDocument>): Promise<readonly BeirDocument[]> {
  const found: BeirDocument[] = []
  for await (const document of documents) found.push(document)
  return found
}

describe('a set in the layout of BEIR', () => {
  it('is read as judged queries, and documents one by one', async () => {
    const { judged, documents } = await readBeir(await write())
    const grades = new Map([
      ['d1', 2],
      ['2', 0],
    ])
    expect(judged).toEqual([{ id: 'q1', query: 'cheap flights', grades }])
    const expected = [
      { id: 'd1', title: 'Low-cost airlines', text: 'Cheap flights' },
      { id: '2', title: '', text: 'Trains' },
    ]
    expect(await all(documents())).toEqual(expected)
    expect(await all(documents())).toEqual(expected)
  })

  it('has its judgements by split, too', async () => {
    const folder = await write({
      'qrels.tsv': undefined,
      'qrels/test.tsv': 'q1\td1\t1\r\n',
      'qrels/dev.tsv': '\uFEFFquery-id\tcorpus-id\tscore\n\nq2\td1\t1\n',
    })
    const idsOf = async (options = {}): Promise<readonly string[]> =>
      (await readBeir(folder, options)).judged.map(({ id }) => id)
    expect(await idsOf()).toEqual(['q1'])
    expect(await idsOf({ split: 'dev' })).toEqual(['q2'])
    await expect(readBeir(folder, { split: 'train' })).rejects.toThrow(
      /has no qrels\.tsv and no qrels.train\.tsv/,
    )
  })

  it('is read back as it was written, whatever its texts are', async () => {
    const texts = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(texts, async (written) => {
        const lines = written.map((text, at) => JSON.stringify({ _id: `q${at}`, text }))
        const qrels = written.map((_, at) => `q${at}\td1\t${at}`)
        const folder = await write({
          'corpus.jsonl': lines.join('\n'),
          'queries.jsonl': `${lines.join('\n')}\n`,
          'qrels.tsv': qrels.join('\n'),
        })
        const { judged, documents } = await readBeir(folder)
        expect(judged.map(({ query }) => query)).toEqual(written)
        expect(judged.map(({ grades }) => grades.get('d1'))).toEqual(written.map((_, at) => at))
        expect((await all(documents())).map(({ text }) => text)).toEqual(written)
      }),
      { numRuns: 25 },
    )
  })

  it('is refused where a file is missing, or a line is not what it should be', async () => {
    await expect(readBeir(join(root, 'nowhere'))).rejects.toThrow(ValueError)
    const broken: readonly (readonly [string, string, RegExp])[] = [
      ['queries.jsonl', '{"_id": "q1", "text": "x"}\n{', /queries\.jsonl, line 2, is not JSON\./],
      ['queries.jsonl', '[]', /line 1, is not a JSON object\./],
      ['queries.jsonl', '{"text": "x"}', /line 1, needs "_id" and "text"\./],
      ['qrels.tsv', 'q1 d1 1', /qrels\.tsv, line 1, must be query-id, corpus-id and score/],
      ['qrels.tsv', 'q1\td1\thigh', /line 1, must be/],
      ['qrels.tsv', 'q1\t0\td1\t1', /line 1, must be/],
    ]
    for (const [name, text, message] of broken) {
      await expect(readBeir(await write({ [name]: text }))).rejects.toThrow(message)
    }
  })
})
