/** Charts of the doctor as SVG, without scripts, fonts or anything from elsewhere. */
import type { Evaluation, RecallReport } from 'kysely-matrixone'
import { escapeHtml } from '../escape-html.js'
import { printable } from '../printable.js'

const WIDTH = 640
const HEIGHT = 400
const LEFT = 60
const RIGHT = 24
const TOP = 64
const BOTTOM = 56
const INK = '#1f2430'
const FAINT = '#d5d9e2'
const BLUE = '#2f6fde'
const GREEN = '#1d8a5b'

/** Recall against the median latency, a point for each probe limit and one for exact searches. */
export function drawRecall({ limits, exact, queries }: RecallReport): string {
  const points = limits
    .map(({ probeLimit, recall, latency }) => ({
      label: String(probeLimit),
      x: latency.median,
      from: latency.lowerQuartile,
      to: latency.upperQuartile,
      y: recall,
      color: BLUE,
    }))
    .toSorted((a, b) => Number(a.label) - Number(b.label))
  const all = [
    ...points,
    {
      label: 'exact',
      x: exact.median,
      from: exact.lowerQuartile,
      to: exact.upperQuartile,
      y: 1,
      color: GREEN,
    },
  ]
  const slowest = Math.max(...all.map(({ to }) => to), 0.1)
  const step = stepOf(slowest / 5)
  const most = step * Math.ceil(slowest / step)
  const x = (value: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * value) / most
  const line = points.map((each) => `${round(x(each.x))},${round(height(each.y))}`).join(' ')
  return frame(`Recall by probe limit, ${queries} queries`, 'milliseconds, median with quartiles', [
    ...ticks(most, step).map((value) =>
      text(x(value), HEIGHT - BOTTOM + 18, shorten(value), 'middle'),
    ),
    `<polyline points="${line}" fill="none" stroke="${BLUE}" stroke-width="1.5"/>`,
    ...all.flatMap(({ label, x: at, from, to, y, color }) => [
      `<line x1="${round(x(from))}" x2="${round(x(to))}" y1="${round(height(y))}" y2="${round(height(y))}" stroke="${color}" stroke-width="2" stroke-opacity="0.4"/>`,
      `<circle cx="${round(x(at))}" cy="${round(height(y))}" r="5" fill="${color}"/>`,
      text(x(at), height(y) - 11, label, 'middle', color),
    ]),
  ])
}

/** nDCG of each search and leg as bars. */
export function drawNdcg({ searches, k, queries }: Evaluation): string {
  const slot = (WIDTH - LEFT - RIGHT) / Math.max(1, searches.length)
  const width = Math.min(64, slot * 0.6)
  return frame(
    `nDCG@${k} over ${queries} judged queries`,
    '',
    searches.flatMap(({ name, ndcg }, at) => {
      const middle = LEFT + slot * (at + 0.5)
      const color = name.includes('.') ? '#8fb0ea' : BLUE
      return [
        `<rect x="${round(middle - width / 2)}" y="${round(height(ndcg))}" width="${round(width)}" height="${round(HEIGHT - BOTTOM - height(ndcg))}" rx="2" fill="${color}"/>`,
        text(middle, height(ndcg) - 7, ndcg.toFixed(3), 'middle'),
        text(middle, HEIGHT - BOTTOM + 18, fit(name, slot), 'middle'),
      ]
    }),
  )
}

/** The common parts: title, and the scale from 0 to 1 on the left. */
function frame(title: string, below: string, content: readonly string[]): string {
  const lines = [0, 0.2, 0.4, 0.6, 0.8, 1].flatMap((value) => [
    `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(height(value))}" y2="${round(height(value))}" stroke="${FAINT}"/>`,
    text(LEFT - 8, height(value) + 4, value.toFixed(1), 'end'),
  ])
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escape(title)}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="26" font-size="15" font-weight="600" fill="${INK}">${escape(title)}</text>`,
    ...lines,
    ...content,
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, below, 'middle'),
    '</svg>\n',
  ].join('\n')
}

function height(value: number): number {
  return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value
}

function text(x: number, y: number, content: string, anchor: string, color = INK): string {
  return content === ''
    ? ''
    : `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${color}">${escape(content)}</text>`
}

/** 1, 2 or 5 times a power of ten. */
function stepOf(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return power * ([1, 2, 5, 10].find((times) => power * times >= least) ?? 10)
}

function ticks(most: number, step: number): readonly number[] {
  return Array.from({ length: Math.round(most / step) + 1 }, (_, at) => at * step)
}

function shorten(value: number): string {
  return String(Number(value.toPrecision(3)))
}

/** A name that fits below its bar. */
function fit(name: string, width: number): string {
  const most = Math.max(4, Math.floor(width / 6.5))
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escape(content: string): string {
  return escapeHtml(printable(content))
}
