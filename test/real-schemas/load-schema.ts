/** DDL in the shapes of well-known applications, one file and one database each. */
import { readdirSync, readFileSync } from 'node:fs'

const FOLDER = new URL('./', import.meta.url)

/** The applications, by file name. */
export const applications: readonly string[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.sql'))
  .map((name) => name.slice(0, -'.sql'.length))

/** The statements of one application, in order. */
export function statementsOf(application: string): readonly string[] {
  return readFileSync(new URL(`${application}.sql`, FOLDER), 'utf8')
    .split(/;\n/)
    .map((statement) => statement.replaceAll(/^-- .*\n/gm, '').trim())
    .filter((statement) => statement !== '')
}

/** Makes the database of an application anew. */
export async function loadSchema(
  execute: (sql: string) => Promise<unknown>,
  application: string,
  database: string,
): Promise<void> {
  await execute(`drop database if exists ${database}`)
  await execute(`create database ${database}`)
  await execute(`use ${database}`)
  for (const statement of statementsOf(application)) await execute(statement)
}
