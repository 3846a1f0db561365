import { type Connection, createConnection } from 'mysql2'
import type { Address } from '../../support/address.js'
import type { Answer } from './answers.js'
import { writeCorpusText } from './corpus-texts.js'

/** Asks for this many texts before the rows that stayed are read. */
const BATCH = 50

/** Asks a server about each seed, in a database that is made for it and dropped afterwards. */
export async function askServer(
  address: Address,
  database: string,
  seeds: readonly number[],
): Promise<readonly Answer[]> {
  const connection = createConnection({ ...address, multipleStatements: true })
  const answers: Answer[] = []
  try {
    await send(connection, `drop database if exists ${database}`)
    await send(connection, `create database ${database}`)
    await send(connection, `use ${database}`)
    await send(connection, 'create table t (id int primary key)')
    await send(connection, 'create table u (a int)')
    await send(connection, 'create table w (a int)')
    for (let from = 0; from < seeds.length; from += BATCH) {
      answers.push(...(await askBatch(connection, seeds.slice(from, from + BATCH))))
    }
    return answers
  } finally {
    await send(connection, 'rollback')
    await send(connection, `drop database if exists ${database}`)
    connection.destroy()
  }
}

async function askBatch(connection: Connection, seeds: readonly number[]): Promise<Answer[]> {
  const counts: { results: number; failed: boolean }[] = []
  for (const seed of seeds) {
    await send(connection, `begin; insert into t values (${2 * seed})`)
    counts.push(await send(connection, writeCorpusText(seed)))
    await send(connection, `insert into t values (${2 * seed + 1})`)
    await send(connection, 'rollback')
  }
  const stayed = new Set<number>()
  await send(connection, 'select id from t', (id) => stayed.add(id))
  await send(connection, 'delete from t where id >= 0')
  return seeds.map((seed, index) => ({
    ...(counts[index] as { results: number; failed: boolean }),
    committed: stayed.has(2 * seed),
    ended: stayed.has(2 * seed + 1),
  }))
}

/** Sends a text and counts its results up to the first error. */
function send(
  connection: Connection,
  text: string,
  hear: (id: number) => void = () => undefined,
): Promise<{ results: number; failed: boolean }> {
  return new Promise((resolve) => {
    let results = 0
    let failed = false
    const command = connection.query(text)
    // mysql2 gives `fields` for each result, those without rows included.
    command.on('fields', () => (results += 1))
    command.on('result', (row) => {
      if ('id' in row) hear(Number(row['id']))
    })
    command.on('error', () => (failed = true))
    command.on('end', () => resolve({ results, failed }))
  })
}
