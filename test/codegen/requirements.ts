/** The wishes of people who use such tools, and the tests that show them, by file. */

/** The titles of tests by file below `test`. */
type Tests = Readonly<Record<string, string | readonly string[]>>

const cli = 'codegen/cli'
const commands = 'codegen/commands'
const config = 'codegen/config'
const emit = 'codegen/emit/typescript'
const metadata = 'managers/metadata'

/** Each with its name, its sentence and its tests. */
export const requirements: readonly (readonly [name: string, says: string, tests: Tests])[] = [
  [
    'CG-1',
    'the same tables in any order give the same bytes',
    {
      [`${emit}/emit-types`]: 'give byte-identical files, whatever order the model was built in',
      'schema/snapshot/parse-snapshot':
        'has the same bytes and hash in whatever order the model was built',
    },
  ],
  [
    'CG-2',
    'two databases with an equal schema give equal files',
    {
      [`${cli}/database`]: [
        'gives the files of another one with an equal schema, whatever rows and counters it has',
        'gives files that name neither server, user, password nor database',
      ],
      [`${emit}/emit-types`]: 'do not show the name of an only database',
    },
  ],
  [
    'CG-3',
    'no date and no version of a tool is in a generated file',
    {
      'codegen/demand':
        'has neither a date nor a version of a tool in it, so an upgrade changes nothing',
      [`${emit}/header`]:
        'is the same for a default that is written out: a new option makes no file out of date',
    },
  ],
  [
    'CG-4',
    'files are written with LF, and other line ends, a byte order mark or a last newline are no change',
    {
      [`${emit}/emit-types`]: 'has line feeds only and one at its end',
      [`${emit}/header`]:
        'does not count as edited when git or an editor changed line ends, mark or last newline',
      [`${commands}/generate`]:
        'takes a checkout with other line ends and a byte order mark for unchanged',
      [`${commands}/check`]: 'agree after a checkout with other line ends',
      'schema/snapshot/parse-snapshot':
        'may come back from git with other line ends and from an editor with a byte order mark',
    },
  ],
  [
    'CG-5',
    'the schema is compared and not the text, so no formatter turns a check red',
    {
      [`${commands}/check`]: [
        'agree after a formatter, which is noted',
        'may be a snapshot %s: it still is ours and says the same',
      ],
      [`${commands}/generate`]: 'leaves the layout of a formatter alone',
      [`${commands}/format`]: [
        "writes a file that the project's own check accepts, and that is unedited",
        '%s by %s',
      ],
    },
  ],
  [
    'CG-6',
    'a bigint is typed as it is read, by one declaration for compiler and run time',
    {
      'codegen/demand':
        'types a bigint as the run time reads it, by one declaration that goes along',
      [`${emit}/schema-value`]: 'says what was chosen, and of single columns only what differs',
    },
  ],
  [
    'CG-7',
    'decimals and days are exact text unless told otherwise, and may be written as more than they read',
    {
      'codegen/demand': 'types decimals and days as exact text unless told otherwise',
      [`${emit}/generated-types`]: [
        'has the declared types',
        'takes everything that can be written',
      ],
    },
  ],
  [
    'CG-8',
    'columns have types of the project, by glob, with imports or in a comment; one that no column has is an error',
    {
      [`${emit}/overrides`]: [
        'is found by glob, by database, and by name first',
        'is an error where no column has its name or matches its glob, all at once',
        'may be about a table that was left out, whose columns are not known',
        'may stand in the comment of a column, when that is asked for',
      ],
      [`${commands}/targets`]: 'share options about columns that only some of them have',
    },
  ],
  [
    'CG-9',
    'an override replaces the base type, and null, Generated and the rest stay unless it is raw',
    {
      [`${emit}/overrides`]: [
        'takes the place of the base type, and null, Generated and JSON stay',
        'takes the whole place when it is raw',
      ],
    },
  ],
  [
    'CG-10',
    'enums are unions, or enums at run time, with every member that a server can have',
    {
      [`${emit}/column-type`]: 'is a union in declared order',
      [`${emit}/declared-types`]: [
        'take the place of unions',
        'keep each member, whatever it is called, and the text of the database',
      ],
      [`${metadata}/decode-type`]: [
        'are split at every comma, as the server itself does on 4.x',
        'keep their commas in the JSON form of 3.0',
      ],
      [`${metadata}/read-zoo`]: 'of members, with emoji, quotes and the empty one',
    },
  ],
  [
    'CG-11',
    'views are there, read-only, with the nullability that the server can be trusted with',
    {
      [`${emit}/generated-types`]: [
        'of a view may be null where the server only claims that it is not',
        'is refused for a view, even without a column',
        'is refused for a view',
      ],
      [`${emit}/overrides`]: 'takes null from columns of views only',
      [`${metadata}/read-zoo`]: 'trust NOT NULL for plain references only',
    },
  ],
  [
    'CG-12',
    'generated columns are not written, every default is kept, every name compiles under strict',
    {
      [`${emit}/generated-types`]: [
        'is refused with a value for a generated column',
        'may set any column but a generated one',
      ],
      [`${emit}/emit-types`]: 'gives TypeScript that passes tsc --strict',
      [`${metadata}/read-zoo`]: [
        'are the SQL text, and none for NULL',
        'agree with the server: every table takes a row of its required columns alone',
      ],
    },
  ],
  [
    'CG-13',
    'a function gives names, no dictionary changes them unasked, and a collision names both sources',
    {
      [`${emit}/chosen-names`]:
        'names interfaces, types of rows and enums, and leaves the others as usual',
      [`${emit}/plan-tables`]: [
        'are refused by an error that names both and a way out',
        'are refused all at once, with names that are free',
        'are refused across databases too',
      ],
    },
  ],
  [
    'CG-14',
    'several databases are keyed database.table',
    {
      [`${emit}/emit-types`]: 'have keys and interface names with the database',
      [`${emit}/plan-tables`]: 'belongs to `db.table` when there are several databases',
    },
  ],
  [
    'CG-15',
    'one file or one per table; only changed files are written, whole; orphans of ours are removed, and drift',
    {
      [`${commands}/layout`]: [
        'are written, and nothing is written a second time',
        'are removed with their tables, and only files of ours',
        'that belong to no table are drift, though no program notices them',
      ],
      [`${commands}/generate`]: [
        'writes nothing again and keeps the time of an unchanged file',
        'replaces a file at once: a program that has it open reads the old text to its end',
      ],
      [`${emit}/layout`]: 'changes the file of a table that changes, and the index, and no other',
    },
  ],
  [
    'CG-16',
    'the number of queries does not grow with the tables',
    {
      [`${metadata}/read-zoo`]:
        'takes six queries for any number of tables, two more for partitions, and one for each view',
      [`${metadata}/read-views`]: 'takes no more texts for more views',
    },
  ],
  [
    'CG-17',
    'patterns take a part of the tables, and what they leave out can be seen; tables of the server are left out',
    {
      [`${cli}/database`]: [
        'is read in part by patterns, of which each has to match',
        'says for debugging what was left out',
        "leaves kysely's own tables out, unless they are asked for",
      ],
      [`${metadata}/read-zoo`]: 'has no sequence, temporary table, partition or index table',
    },
  ],
  [
    'CG-18',
    'no file of anyone else is overwritten, and edits of ours are announced',
    {
      [`${commands}/generate`]: [
        'a file that it did not write is in the way',
        'a JSON file that it did not write is where the snapshot goes',
        'overwrites edits by hand and says so',
      ],
    },
  ],
  [
    'CG-19',
    'a committed snapshot needs no database, driver or network',
    {
      [`${cli}/offline`]: [
        'without a database, a driver and a network',
        'types are generated from a snapshot, and checked against it',
      ],
      [`${cli}/database`]: 'can be checked offline from its snapshot',
    },
  ],
  [
    'CG-20',
    'the snapshot has one column a line',
    {
      'schema/snapshot/parse-snapshot':
        'has one column a line, the name first and the other keys sorted',
    },
  ],
  [
    'CG-21',
    'comments become TSDoc that they cannot leave, and other tools can read the model',
    {
      [`${emit}/tsdoc`]: [
        'cannot end the TSDoc comment',
        'cannot start a tag, a link or a compiler directive',
      ],
      [`${cli}/library`]: 'does all that the command line does',
    },
  ],
  [
    'CG-22',
    'a configuration file with paths of its own and several targets',
    {
      [`${config}/settings`]: [
        'come from .ts, .mjs and .json files',
        'take paths in the configuration file from its folder, and flags from where one stands',
      ],
      [`${config}/targets`]: [
        'the targets of a configuration',
        'have paths that count from the configuration file, wherever the command runs',
        'are chosen by --target',
      ],
    },
  ],
  [
    'CG-23',
    'an answer that cannot be right is exit code 3, never a dropped table',
    {
      'codegen/demand': 'is not trusted, and its table is never called dropped',
      [`${commands}/confirm-removed`]: 'is not called dropped while SHOW TABLES lists it',
      [`${metadata}/read-zoo`]: 'lists exactly what SHOW TABLES lists',
    },
  ],
  [
    'CG-24',
    'no password is in a message, a file or an error',
    {
      'codegen/workspace/output': 'takes the password out of messages',
      [`${config}/redact`]: 'is hidden by itself too, encoded or not',
      [`${cli}/database`]: [
        'gives files that name neither server, user, password nor database',
        'that is none is a mistake of usage, and is not repeated',
      ],
      [`${commands}/diff`]: 'keeps passwords out of what it says',
      [`${commands}/init`]: 'prints and writes no password',
    },
  ],
  [
    'DR-1',
    'database, snapshot and generated file are compared in any two, and the migrations with each',
    {
      [`${commands}/check`]: [
        'compares any two of schema, snapshot and generated file, and no third',
        'still sees that the types are outdated when there is no snapshot file',
      ],
      [`${cli}/database`]: 'agrees with its files until it is changed, and again after generate',
      [`${commands}/check-migrations`]:
        'agrees when the migrations make the schema of the snapshot, and drops its database',
    },
  ],
  [
    'DR-2',
    'the exit code tells same, drift, usage, database and bug apart, and 0 means that something was compared',
    {
      [`${cli}/cli`]: [
        'ends with one exit code for each way that a check can end',
        'explains commands, flags and exit codes',
      ],
      [`${commands}/check`]: 'check never says "no drift" when nothing was compared:',
      [`${cli}/database`]: 'nothing listens there',
    },
  ],
  [
    'DR-3',
    'a finding has rule, severity, place, both sides and a statement, and --fail-on chooses',
    {
      [`${commands}/check`]: [
        'tells table, column, both sides and severity, and exits 1',
        'can be red for breaking differences only',
      ],
      [`${commands}/suggest-statement`]: 'the suggested statement',
    },
  ],
  [
    'DR-4',
    'every report can be written at once, and none of them changes the exit code',
    {
      [`${commands}/reports`]:
        'are written all at once, each as if it were the only one, with one exit code',
      'codegen/report/formats': [
        'annotates the line of the generated member',
        'has one run, whose results name their rule, level, line and fingerprint',
      ],
    },
  ],
  [
    'DR-5',
    'what versions of the server spell differently is no drift, unless that is asked for',
    {
      [`${commands}/normalize`]: [
        'is no difference where such a server was read, on either side',
        'is switched off by flag and by file',
      ],
      [`${metadata}/view-definition`]: 'the normal form of a definition',
    },
  ],
  [
    'DR-6',
    'differences are ignored by glob and rule, with a reason and until a day; an idle rule is told',
    {
      [`${commands}/ignore-rules`]: [
        'leaves out what it names, and the rest is found',
        'can name a database, a table of it, or all that a table has',
        'ends on its last day, and is a note when it ignores nothing',
        'that ignores nothing fails a strict check',
      ],
    },
  ],
  [
    'DR-7',
    'DDL that runs beside a check is not reported',
    {
      [`${cli}/database`]:
        'is read a second time before a difference is believed: a view that is just being replaced',
      [`${commands}/histories`]: 'is found as it was made, at once, later and after a restart',
    },
  ],
  [
    'DR-8',
    'hashes in the header answer offline, and tell an edit by hand from drift',
    {
      [`${commands}/check`]: [
        'differ when the content was edited by hand',
        'finds an edit by hand beside the drift, and other options too',
      ],
      [`${emit}/header`]: 'says what the file was generated from',
    },
  ],
  [
    'DR-9',
    'files for CI are there: offline for pull requests, and nightly with an account that reads no row',
    {
      'examples/ci': [
        '%s has offline checks that pass, and fail when the snapshot changes alone',
        'reads the whole schema: a check of what root has generated finds nothing',
        'reads no row of a table',
      ],
      [`${commands}/init`]:
        'writes configuration, scripts and a CI job from what the project shows, and says so',
    },
  ],
  [
    'DR-10',
    'a program can compare the database with its snapshot when it starts',
    {
      [`${metadata}/assert-schema`]: [
        'is content with the database that the snapshot came from, as text, JSON or model',
        'throws what could break a statement, with the findings',
      ],
    },
  ],
  [
    'DR-11',
    'offline commands load no other package',
    {
      [`${cli}/cli`]: [
        'works offline without kysely, mysql2 and the parser of ts-morph, whether it writes or not',
        'names a package that is not installed, and does not blame the database',
      ],
    },
  ],
  [
    'DR-12',
    'a self-test changes the model once per rule, and each change is found',
    {
      'codegen/self-test/self-test': [
        'makes a change that the rule %s reports',
        'proves every rule, and the state of a generated file, without a database or a file',
      ],
    },
  ],
]
