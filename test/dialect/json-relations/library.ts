/** Three tables, each with a foreign key to the one before, and columns of every type that nests. */
import { sql } from 'kysely'
import type { MatrixOne, Vector } from 'kysely-matrixone'

export interface Library {
  authors: { id: number; name: string | null; born: string | null; kind: 'novel' | "poet's" | null }
  books: {
    id: number
    author: number | null
    title: string | null
    price: string | null
    sold: bigint | null
    published: Date | null
    embedding: Vector<'f32', 3> | null
    tags: string | null
    doc: unknown
    cover: Buffer | null
    ratio: number | null
    in_print: boolean | null
    flags: number | null
    printed: number | null
    guid: string | null
    at_time: string | null
  }
  reviews: { id: number; book: number | null; stars: number | null; body: string | null }
}

/** As mo-codegen writes it. */
export const librarySchema = {
  types: { bigint: 'bigint' },
  tables: { books: { vectors: { embedding: { element: 'f32', dimension: 3 } } } },
} as const

/** Makes the tables and fills them. */
export async function makeLibrary(db: MatrixOne<Library>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements: readonly string[] = [
  "create table authors (id int primary key, name varchar(40), born date, kind enum('novel', 'poet''s'))",
  `create table books (id int primary key, author int, title varchar(60), price decimal(24,6),
     sold bigint unsigned, published datetime(3), embedding vecf32(3), tags set('a','b'), doc json,
     cover blob, ratio float, in_print bool, flags bit(9), printed year, guid uuid, at_time time)`,
  'create table reviews (id int primary key, book int, stars int, body text)',
  `insert into authors values (1, 'Ann 😀', '1970-01-02', 'novel'), (2, 'O''Hara \\\\', null, 'poet''s'),
     (3, null, '0001-01-01', null), (4, '中文 "q"', '2024-02-29', 'novel'), (5, '', '9999-12-31', 'novel')`,
  `insert into books values
     (1, 1, 'One', 12345678901234.567890, 18446744073709551615, '2024-05-06 07:08:09.123', '[1,2.5,-3]', 'a,b',
      '{"k":[1,null,"x"]}', x'00ff41', 0.1, true, b'100000001', 2024, '6d1b1f73-2dbf-11ed-940f-000c29847904', '10:11:12'),
     (2, 1, 'Two "quoted" \\\\ back', 0.000001, 9007199254740993, '1970-01-01', '[0.1,0.2,0.3]', 'b',
      '"text"', x'41', 1e10, false, b'0', 1901, null, '00:00:00'),
     (3, 1, null, -1.5, 0, null, null, null, 'null', null, -0.5, null, null, null, null, null),
     (4, 2, 'A😀B', null, null, '2000-02-29 23:59:59.999', '[1,2,3]', '', '[1,2]', x'', 3.25, true, b'1', 2000, null, '23:59:59'),
     (5, 2, 'one', 99.990000, 5, '2024-05-06 07:08:09.123', null, 'a', '1.5', x'ffff', null, false, null, null, null, null),
     (6, null, 'orphan', 1, 1, null, null, null, null, null, null, null, null, null, null, null),
     (7, 4, 'One', 12345678901234.567890, 1, '2024-05-06', '[3,2,1]', 'a', '{}', null, 2, true, b'11', 2155, null, null)`,
  `insert into reviews values (1, 1, 5, 'good'), (2, 1, 5, null), (3, 1, 1, 'bad'), (4, 2, null, ''),
     (5, 4, 3, '\\u0001'), (6, null, 4, 'nowhere'), (7, 7, 2, 'ok'), (8, 7, 2, 'ok'), (9, 2, 4, 'é')`,
]
