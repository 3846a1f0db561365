-- In the shapes of Nextcloud: composite keys of every kind, bigint sizes, names that need quotes.
CREATE TABLE oc_filecache (
  fileid bigint AUTO_INCREMENT NOT NULL,
  storage bigint DEFAULT 0 NOT NULL,
  path varchar(4000) DEFAULT NULL,
  path_hash varchar(32) DEFAULT '' NOT NULL,
  parent bigint DEFAULT 0 NOT NULL,
  size bigint DEFAULT 0 NOT NULL,
  mtime bigint DEFAULT 0 NOT NULL,
  encrypted int DEFAULT 0 NOT NULL,
  etag varchar(40) DEFAULT NULL,
  checksum varchar(255) DEFAULT NULL,
  PRIMARY KEY (fileid),
  UNIQUE KEY fs_storage_path_hash (storage, path_hash),
  KEY fs_parent (parent),
  KEY fs_storage_path_prefix (storage, path(64))
);
CREATE TABLE oc_preferences (
  userid varchar(64) DEFAULT '' NOT NULL,
  appid varchar(32) DEFAULT '' NOT NULL,
  configkey varchar(64) DEFAULT '' NOT NULL,
  configvalue longtext DEFAULT NULL,
  PRIMARY KEY (userid, appid, configkey)
);
CREATE TABLE oc_calendarobjects (
  id bigint unsigned AUTO_INCREMENT NOT NULL,
  calendardata longblob DEFAULT NULL,
  uri varchar(255) DEFAULT NULL,
  calendarid bigint unsigned NOT NULL,
  lastmodified int unsigned DEFAULT NULL,
  size bigint unsigned NOT NULL,
  deleted_at int unsigned DEFAULT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY calobjects_index (calendarid, uri)
);
CREATE TABLE oc_group_user (
  gid varchar(64) DEFAULT '' NOT NULL,
  uid varchar(64) DEFAULT '' NOT NULL
);
ALTER TABLE oc_group_user ADD PRIMARY KEY (gid, uid);
CREATE TABLE `oc_share-external` (
  id bigint AUTO_INCREMENT NOT NULL,
  `remote id` varchar(255) DEFAULT '-1',
  share_token varchar(64) NOT NULL,
  `accepted?` int DEFAULT 0 NOT NULL,
  PRIMARY KEY (id)
);
