/** Databases of many tables; made once, for that takes long, and kept until `--drop`. */
import { withStatements } from './server.js'

/** The name of the database with so many tables. */
export function fixtureName(tables) {
  return `kmo_bench_${tables}`
}

/** Makes the database with so many tables of 20 columns unless it is there. */
export async function makeFixture(tables) {
  const database = fixtureName(tables)
  await withStatements(async (send) => {
    await send(`create database if not exists ${database}`)
    const there = new Set(
      (await send(`show tables from ${database}`)).map((row) => Object.values(row)[0]),
    )
    if (there.size < tables)
      console.log(`Making ${tables} tables in ${database} (--drop removes them).`)
    for (let number = 0; number < tables; number++) {
      const table = `table_${String(number).padStart(4, '0')}`
      if (!there.has(table)) await send(`create table ${database}.${table} (${columns()})`)
    }
  })
}

/** Removes the database with so many tables. */
export async function dropFixture(tables) {
  await withStatements((send) => send(`drop database if exists ${fixtureName(tables)}`))
}

function columns() {
  return [
    'id bigint auto_increment primary key',
    'parent_id bigint',
    'code varchar(40) not null',
    "title varchar(200) not null default ''",
    "body text comment 'What the reader sees.'",
    'price decimal(18, 4)',
    'amount int not null default 0',
    'rate double',
    'is_open bool not null default true',
    "state enum('new', 'paid', 'sent') not null default 'new'",
    'attributes json',
    'born date',
    'seen_at datetime(6)',
    'created_at timestamp not null default current_timestamp',
    'updated_at timestamp null',
    'digest varbinary(32)',
    'small_number smallint',
    'big_number bigint unsigned',
    'token uuid',
    'weight float',
    'index by_parent (parent_id)',
  ].join(', ')
}
