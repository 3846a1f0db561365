import { describe, expect, it } from 'vitest'
import { GuardError } from 'kysely-matrixone'
import { guardNewName } from '../../src/guards/new-name.js'

const guard = (text: string): void => guardNewName(text, 'refuse')

describe('a name that the server could never drop', () => {
  it.each([
    'create table `a\u0001` (id int)',
    'create table if not exists d.`a\u200D` (id int)',
    'create external table `\u00AD` (id int)',
    'create or replace view `a\u2028` as select 1',
    'create database `zz\\`',
    'CREATE SCHEMA IF NOT EXISTS `a\u00A0b`',
    'create database `\\` clone shop',
    'data branch create table `a\uFEFF` from t',
    'data branch create database `zz\\` from shop',
    'alter table t rename to `a\u202E`',
    'rename table t to `a\u202E`',
    'select 1; create table `a\u0001` (id int)',
    '/*! create table `a\u0001` (id int) */',
  ])('is refused: %j', (text) => {
    expect(() => guard(text)).toThrow(GuardError)
    expect(() => guard(text)).toThrow(/never drop.*Guard: newName\.$/s)
  })
})

describe('every other name', () => {
  it.each([
    'create table `a b` (`c\u0001` int)',
    'create table `zz\\` (id int)',
    "create table t (a varchar(9) default 'x\u0001')",
    'create database `中文`',
    'create view v as select 1 as `a\u0001`',
    'alter table t add column b int',
    'create index i on t (a)',
    'create snapshot s for database d',
    'drop table `a\u0001`',
  ])('passes: %j', (text) => {
    expect(() => guard(text)).not.toThrow()
  })
})
