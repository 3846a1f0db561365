import type { Evaluation, RecallReport } from 'kysely-matrixone'
import { describe, expect, it } from 'vitest'
import { drawNdcg, drawRecall } from '../../../../codegen/report/doctor/doctor-charts.js'
import { writeDoctorJson } from '../../../../codegen/report/doctor/doctor-report.js'
import { writeDoctorText } from '../../../../codegen/report/doctor/doctor-text.js'

const latency = (median: number): RecallReport['exact'] => ({
  median,
  lowerQuartile: median / 2,
  upperQuartile: median * 2,
})
const recall: RecallReport = {
  queries: 30,
  exact: latency(40),
  limits: [
    { probeLimit: 5, recall: 0.9, worst: 0.5, latency: latency(4) },
    { probeLimit: 1, recall: 0.4, worst: 0, latency: latency(2) },
  ],
  notes: ['30 of 90 queries were measured.'],
}
const search = (name: string, ndcg: number): Evaluation['searches'][number] => ({
  name,
  ndcg,
  mrr: ndcg,
  recall: ndcg,
  latency: latency(3),
  compared: undefined,
  scores: [],
})
const evaluation: Evaluation = {
  k: 10,
  queries: 52,
  baseline: 'words',
  searches: [
    search('words', 0.334),
    {
      ...search('<b>&"both', 0.42),
      compared: { difference: 0.086, low: 0.03, high: 0.14, pairs: 52, isDifferent: true },
    },
    {
      ...search('both.words', 0.33),
      compared: { difference: -0.004, low: -0.03, high: 0.02, pairs: 52, isDifferent: false },
    },
  ],
  grids: [],
  notes: [],
}

/** The elements of a kind with their attributes. */
const elements = (svg: string, name: string): readonly Readonly<Record<string, string>>[] =>
  [...svg.matchAll(new RegExp(`<${name} ([^>]*?)/?>`, 'g'))].map(([, attributes = '']) =>
    Object.fromEntries(
      [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [
        key,
        value,
      ]),
    ),
  )

describe('the chart of recall', () => {
  const svg = drawRecall(recall)

  it('has a point for each limit and one for exact searches, the better the higher, the slower the further right', () => {
    const points = elements(svg, 'circle').map(({ cx, cy }) => [Number(cx), Number(cy)] as const)
    expect(points).toHaveLength(3)
    const [one, five, exact] = points as [[number, number], [number, number], [number, number]]
    expect(one[0] < five[0] && five[0] < exact[0]).toBe(true)
    expect(one[1] > five[1] && five[1] > exact[1]).toBe(true)
    for (const [x, y] of points) expect(x >= 60 && x <= 616 && y >= 64 && y <= 344).toBe(true)
  })

  it('names each point, and holds nothing that is loaded', () => {
    for (const name of ['>1<', '>5<', '>exact<', '30 queries']) expect(svg).toContain(name)
    expect(svg).not.toMatch(/<script|href|url\(/)
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toContain('http')
  })
})

describe('the chart of nDCG', () => {
  const svg = drawNdcg(evaluation)

  it('has a bar for each search and leg, the better the longer', () => {
    const [, ...bars] = elements(svg, 'rect').map(({ height }) => Number(height))
    expect(bars).toHaveLength(3)
    const [words, both, leg] = bars as [number, number, number]
    expect(both > words && words > leg).toBe(true)
    expect(svg).toContain('>0.420<')
  })

  it('escapes names', () => {
    expect(svg).toContain('&lt;b&gt;&amp;&quot;both')
    expect(svg).not.toContain('<b>')
  })
})

describe('the report of the doctor', () => {
  const report = {
    database: 'the database at 127.0.0.1:6001/shop',
    indexes: [],
    evaluation,
    recall,
    missed: ['The best nDCG is 0.420, below --min-ndcg 0.9.'],
  }

  it('has tables for a terminal', () => {
    expect(writeDoctorText(report, { colors: false })).toBe(`Recall of 30 queries
  probe limit  recall  worst  ms (quartiles)
  5            0.900   0.500  4.0 (2.0 to 8.0)
  1            0.400   0.000  2.0 (1.0 to 4.0)
  exact        1.000   1.000  40.0 (20.0 to 80.0)
  note: 30 of 90 queries were measured.

Searches over 52 judged queries
              nDCG@10  MRR    recall@10  ms (quartiles)    nDCG beside words
  words       0.334    0.334  0.334      3.0 (1.5 to 6.0)
  <b>&"both   0.420    0.420  0.420      3.0 (1.5 to 6.0)  +0.086 (+0.030 to +0.140)
  both.words  0.330    0.330  0.330      3.0 (1.5 to 6.0)  -0.004, perhaps by chance

The best nDCG is 0.420, below --min-ndcg 0.9.
0 findings in 0 vector columns of the database at 127.0.0.1:6001/shop.
`)
  })

  it('is read back from JSON, large keys as text', () => {
    const finding = { code: 'phantom-entries', examples: [2n ** 60n] }
    const text = writeDoctorJson({ ...report, indexes: [{ findings: [finding] }] as never })
    expect(JSON.parse(text)).toMatchObject({
      formatVersion: 1,
      recall,
      indexes: [{ findings: [{ examples: ['1152921504606846976'] }] }],
    })
  })
})
