-- In the shapes of Zabbix: bigint unsigned ids without auto_increment, doubles, keys on clocks.
CREATE TABLE hosts (
  hostid bigint unsigned NOT NULL,
  host varchar(128) DEFAULT '' NOT NULL,
  status integer DEFAULT '0' NOT NULL,
  description text NOT NULL,
  templateid bigint unsigned NULL,
  uuid varchar(32) DEFAULT '' NOT NULL,
  PRIMARY KEY (hostid)
);
CREATE INDEX hosts_1 ON hosts (host);
ALTER TABLE hosts ADD CONSTRAINT c_hosts_3 FOREIGN KEY (templateid) REFERENCES hosts (hostid) ON DELETE CASCADE;
CREATE TABLE items (
  itemid bigint unsigned NOT NULL,
  hostid bigint unsigned NOT NULL,
  key_ varchar(2048) DEFAULT '' NOT NULL,
  delay varchar(1024) DEFAULT '0' NOT NULL,
  value_type integer DEFAULT '0' NOT NULL,
  params text NOT NULL,
  flags integer DEFAULT '0' NOT NULL,
  PRIMARY KEY (itemid)
);
ALTER TABLE items ADD CONSTRAINT c_items_1 FOREIGN KEY (hostid) REFERENCES hosts (hostid) ON DELETE CASCADE;
CREATE TABLE history (
  itemid bigint unsigned NOT NULL,
  clock integer DEFAULT '0' NOT NULL,
  value DOUBLE PRECISION DEFAULT '0.0000' NOT NULL,
  ns integer DEFAULT '0' NOT NULL,
  PRIMARY KEY (itemid, clock, ns)
);
CREATE TABLE trends_uint (
  itemid bigint unsigned NOT NULL,
  clock integer DEFAULT '0' NOT NULL,
  num integer DEFAULT '0' NOT NULL,
  value_min bigint unsigned DEFAULT '0' NOT NULL,
  value_max bigint unsigned DEFAULT '0' NOT NULL,
  PRIMARY KEY (itemid, clock)
);
