import { it } from 'vitest'
import { sql } from 'kysely'
import { MatrixOne } from 'kysely-matrixone'
it('probe', async () => {
  const db = new MatrixOne<any>({ connection: 'mysql://root:111@127.0.0.1:6001/kmo_branch_x' })
  await sql`drop table if exists p2`.execute(db); await sql`drop table if exists p1`.execute(db)
  await sql`create table p1(id bigint primary key, b bool, c varchar(50), c2 char(9), vb varbinary(9), bn binary(2), tx text, e enum('a','b','it''s'), st set('x','y','z'), v vecf32(2), v64 vecf64(2), f float, dbl double, ti tinyint(1), mt mediumtext, bl blob, dl datalink, bi bit(3), tm time(3), flag int)`.execute(db)
  await sql`data branch create table p2 from p1`.execute(db)
  await sql`insert into p2 values (1,true,'[1, 2]','[3]',x'5b315d',x'0102','[4,5]','it''s','x,z','[1,2]','[1,2]',1.5,2.5,1,'é😀',x'ff', 'file:///a',5,'01:02:03.123',9)`.execute(db)
  console.log((await sql`select * from p2`.execute(db)).rows)
  console.log((await sql`data branch diff p2 against p1`.execute(db)).rows)
  await db.destroy()
})
