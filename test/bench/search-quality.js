/**
 * How good words, meaning and both are on CACM, a judged set that is not shipped, and what one hybrid statement
 * costs beside its legs.
 *
 *   MO_URL=… npm run bench -- search-quality                      reads ../shared/data/cacm
 *   MO_URL=… npm run bench -- search-quality --cacm=<folder>
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { MatrixOne } from 'kysely-matrixone'
import { interleave, millisecondsOf, ratioOf, spreadOf } from './measure.js'
import { reportAtLeast, reportAtMost } from './report.js'
import { connectionOptions, withStatements } from './server.js'

const folder = new URL(
  `${process.argv.find((word) => word.startsWith('--cacm='))?.slice('--cacm='.length) ?? '../shared/data/cacm'}/`,
  `file://${process.cwd()}/`,
)
if (!existsSync(folder)) {
  console.log('search-quality: left out, CACM is not here (--cacm=<folder>).')
  process.exit()
}
const DIMENSION = 384
const database = 'kmo_bench_quality'
const K = 10

const { documents, queries, relevant } = JSON.parse(
  await readFile(new URL('cacm.json', folder), 'utf8'),
)

/** The vectors of a file, one for each row of a list. */
async function readVectors(file) {
  const { buffer, byteOffset, byteLength } = await readFile(new URL(file, folder))
  const numbers = new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength))
  return (at) => numbers.subarray(at * DIMENSION, (at + 1) * DIMENSION)
}
const documentVector = await readVectors('documents.f32')
const queryVector = await readVectors('queries.f32')

const column = {
  element: 'f32',
  dimension: DIMENSION,
  indexes: [{ name: 'near', algo: 'ivfflat', metric: 'cosine' }],
}
const db = new MatrixOne({
  connection: { ...connectionOptions(), database, connectionLimit: 1 },
  schema: {
    tables: {
      abstracts: { key: ['id'], vectors: { v: column }, fulltext: { words: ['title', 'body'] } },
    },
  },
})

await withStatements(async (send) => {
  await send(`drop database if exists ${database}`)
  await send(`create database ${database}`)
  await send(
    `create table ${database}.abstracts (id int primary key, title text, body text, v vecf32(${DIMENSION}))`,
  )
})
const rows = documents.map(({ id, title, body }, at) => ({
  id,
  title,
  body,
  v: [...documentVector(at)],
}))
for (let at = 0; at < rows.length; at += 200) {
  await db
    .insertInto('abstracts')
    .values(rows.slice(at, at + 200))
    .execute()
}
await withStatements(async (send) => {
  await send(`create fulltext index words on ${database}.abstracts (title, body)`)
  await send(
    `create index near using ivfflat on ${database}.abstracts (v) lists = 56 op_type 'vector_cosine_ops'`,
  )
})

const plainly = (search) => search
const searches = (narrow) => ({
  words: (it, query) =>
    narrow(it.textSearch('abstracts', ['title', 'body'], query.text), query).select('id'),
  meaning: (it, query) =>
    narrow(it.vectorSearch('abstracts', 'v', query.vector), query).select('id'),
  both: (it, query) =>
    narrow(
      it.hybridSearch('abstracts', (leg) => ({
        meaning: leg.vector('v', query.vector),
        words: leg.text(['title', 'body'], query.text),
      })),
      query,
    ).select('id'),
})

/** nDCG@10 of each search by name, and whether it differs from the baseline. */
async function measure(title, judged, narrow, baseline) {
  const evaluation = await db.doctor.evaluate(searches(narrow), judged, {
    k: K,
    legs: false,
    baseline,
  })
  console.log(`${title}: ${judged.length} questions, nDCG@${K}`)
  for (const { name, ndcg, mrr, recall, compared } of evaluation.searches) {
    const beside =
      compared === undefined
        ? ''
        : `; beside ${baseline} ${compared.difference.toFixed(3)}${compared.isDifferent ? '' : ', perhaps by chance'}`
    console.log(
      `  ${name}: ${ndcg.toFixed(3)}, MRR ${mrr.toFixed(3)}, recall ${recall.toFixed(3)}${beside}`,
    )
  }
  return Object.fromEntries(evaluation.searches.map(({ name, ndcg }) => [name, ndcg]))
}
const gain = ({ words: ofWords, meaning, both }) => both - Math.max(ofWords, meaning)

const grades = (ids) => new Map(ids.map((id) => [String(id), 1]))
const questions = queries.flatMap(({ id, text }, at) =>
  relevant[id] === undefined
    ? []
    : [{ id: String(id), query: { text, vector: queryVector(at) }, grades: grades(relevant[id]) }],
)
reportAtLeast(
  'hybrid above the better leg, questions of CACM',
  gain(await measure('Questions of CACM', questions, plainly, 'words')),
  0.07,
)

// A set on which it does not win: more like this, where the question is an abstract and its title.
const positions = new Map(documents.map(({ id }, at) => [id, at]))
const answers = [...new Set(Object.values(relevant).flat())].toSorted((a, b) => a - b)
const related = answers.slice(0, 300).map((id) => {
  const at = positions.get(id)
  const others = Object.values(relevant)
    .filter((ids) => ids.includes(id))
    .flat()
    .filter((other) => other !== id)
  return {
    id: String(id),
    query: { id, text: documents[at].title, vector: documentVector(at) },
    grades: grades(others),
  }
})
const gainOfRelated = gain(
  await measure(
    'Abstracts that answer the same question as a given one',
    related.filter((each) => each.grades.size > 0),
    (search, { id }) => search.where('id', '!=', id),
    'meaning',
  ),
)
console.log(`hybrid above the better leg, related abstracts: ${gainOfRelated.toFixed(3)}`)

// What one statement costs beside the two that it is made of.
const make = searches(plainly)
const run = (names) => (round) =>
  millisecondsOf(async () => {
    for (const name of names) {
      await make[name](db, questions[round % questions.length].query)
        .limit(100)
        .execute()
    }
  })
await run(['both', 'meaning', 'words'])(0)
const times = await interleave(104, { both: run(['both']), legs: run(['meaning', 'words']) })
reportAtMost(
  'hybrid / its legs one after the other',
  ratioOf(times.both, times.legs),
  1.1,
  spreadOf(times.both, times.legs),
)

await db.destroy()
await withStatements((send) => send(`drop database ${database}`))
process.exit()
