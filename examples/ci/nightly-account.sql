-- The account of the nightly check: it reads the catalog and no row of a table. Replace shop and the
-- password, and run it as an administrator of the account. A user cannot have the name of a role.
create role if not exists schema_reader;
create user if not exists nightly identified by 'change-me' default role schema_reader;
grant connect on account * to schema_reader;
grant select on table mo_catalog.mo_database to schema_reader;
grant select on table mo_catalog.mo_tables to schema_reader;
grant select on table mo_catalog.mo_columns to schema_reader;
grant select on table mo_catalog.mo_indexes to schema_reader;
grant select on table mo_catalog.mo_foreign_keys to schema_reader;
-- With partitioned tables, from MatrixOne 4.1 on.
grant select on table mo_catalog.mo_partition_metadata to schema_reader;
grant select on table mo_catalog.mo_partition_tables to schema_reader;
-- For each view: the catalog has the columns of a view as of its creation, and only the view itself
-- tells those of today. This lets the account read its rows, and not the tables below it.
grant select on view shop.sold_articles to schema_reader;
-- DATABASE_URL: mysql://<account>%3Anightly%3Aschema_reader:change-me@host:6001/shop
