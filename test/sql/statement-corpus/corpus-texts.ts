/**
 * Generates texts that are hard to cut into statements: from a seed, so that the corpus keeps only
 * what the server answered to each. Any change here needs the answers recorded anew.
 */

/** A repeatable source of choices (mulberry32). */
class Choices {
  #state: number

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b9)
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }

  isLikely(percent: number): boolean {
    return this.below(100) < percent
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T
  }
}

/** Statements that neither end a transaction nor change one. */
const HARMLESS = [
  'select 1',
  'select 1 + 2 as `a;b`',
  'select \'a;b\', "c;d"',
  "select 'it''s', 'a\\'b', '\\\\'",
  'select $$a;b$$ as d',
  'select $t$c;d$t$ as d',
  'select @a, @@probe_limit',
  "select x'41', 0x41, b'1', .5e-3, 1.e2",
  '(select 1) union (select 2)',
  'select /*+ SET_VAR(probe_limit=5) */ 2',
  'values row(1, 2)',
  'with c as (select 1 as a) select a from c',
  'insert into u values (7)',
  'update u set a = 8 where a = 7',
  'delete from u where a > 0',
  'replace into u values (9)',
  'show tables',
  'explain select 1',
  "prepare p from 'select 1'",
  "prepare q from 'set @b = 1'",
  'select count(*) from u',
]

/** Statements that may end a transaction. */
const SUSPECT = [
  'set @a = 1',
  "set @a = 'x;y', @b := 2",
  'set probe_limit = 5',
  'set session probe_limit = 5',
  'set @@session.probe_limit = 5',
  'SET LOCAL lock_wait_timeout = 9',
  'set autocommit = 1',
  "set time_zone = '+00:00'",
  'set names utf8mb4',
  'set transaction isolation level read committed',
  'begin',
  'begin work',
  'Start Transaction',
  'start transaction read only',
  'commit',
  'commit work',
  'commit and chain',
  'rollback',
  'rollback work',
  'savepoint s',
  'rollback to s',
  'rollback to savepoint s',
  'release savepoint s',
  'lock tables u write',
  'unlock tables',
  'execute p',
  'execute q',
  'deallocate prepare p',
  'create table if not exists d (a int)',
  'drop table if exists d',
  "alter table u comment = 'c'",
  'truncate table w',
  'create view if not exists v as select 1 as a',
  'drop view if exists v',
]

const BLANKS = [
  ' ',
  '\n',
  '\t',
  '\r\n',
  '  ',
  ' /* ; */ ',
  ' -- ;\n',
  ' # ;\n',
  ' // ;\n',
  ' /**/ ',
]

/** Pieces that move the borders of a string, name or comment. */
const NASTY = [
  "'",
  '"',
  '`',
  '\\',
  ';',
  '/*',
  '*/',
  '/*!',
  '/*!40101 ',
  '/*+',
  '-- ',
  '--',
  '#',
  '//',
  '\n',
  '\r',
  '$$',
  '$',
  '$t$',
  '@',
  '@@',
  "@a'",
  "@'a'",
  "0x'",
  "x'",
  "b'",
  '?',
  ':',
  ':=',
  '*',
  '+',
  '-',
  '|',
  "'+",
  "'a",
  "' ",
  '_utf8mb4',
  "_utf8mb4'",
  '{',
  '}',
  '(',
  ')',
  ',',
  '.',
  '\0',
  '\u00a0',
  'é',
  '😀',
  '0x',
  '1e',
]

/** The text of a seed. */
export function writeCorpusText(seed: number): string {
  const choices = new Choices(seed)
  const statements = Array.from({ length: 1 + choices.below(3) }, () => writeStatement(choices))
  let text = statements.join(choices.of([';', '; ', ' ;\n', ';;', '; /* x */ ;', ' /*! ; */ ']))
  if (choices.isLikely(20)) text += choices.of([';', ' ; ', ' -- ;', ' # x', ' /* ; */', ';;'])
  const changes = choices.isLikely(75) ? 0 : 1 + choices.below(3)
  for (let change = 0; change < changes; change += 1) {
    const at = choices.below(text.length + 1)
    text = text.slice(0, at) + choices.of(NASTY) + text.slice(at)
  }
  return text
}

function writeStatement(choices: Choices): string {
  let text = choices.isLikely(35)
    ? writeQuoted(choices)
    : choices.of(choices.isLikely(50) ? HARMLESS : SUSPECT)
  if (choices.isLikely(15)) text = text.toUpperCase()
  if (choices.isLikely(30)) text = text.replace(' ', choices.of(BLANKS))
  if (choices.isLikely(30)) text = choices.of(BLANKS) + text
  if (choices.isLikely(12)) return `${choices.of(['/*!', '/*!40101 ', '/*!99999 '])} ${text} */`
  if (choices.isLikely(8)) text = text.replace(' ', choices.of([' /*! ', ' /*!50000 '])) + ' */'
  return text
}

/** A SELECT in which nasty pieces stand inside quotes or a comment, or end them. */
function writeQuoted(choices: Choices): string {
  const pieces = Array.from({ length: 1 + choices.below(5) }, () => choices.of(NASTY)).join('')
  const form = choices.below(8)
  if (form === 0) return `select '${pieces}' as a, 2`
  if (form === 1) return `select "${pieces}" as a, 2`
  if (form === 2) return `select 1 as \`a${pieces}\``
  if (form === 3) return `select $$${pieces}$$ as a`
  if (form === 4) return `select 1 /* ${pieces} */ , 2`
  if (form === 5) return `select 1 -- ${pieces}\n , 2`
  if (form === 6) return `select @a${pieces} , 2`
  return `select 1 /*! , '${pieces}' */`
}
