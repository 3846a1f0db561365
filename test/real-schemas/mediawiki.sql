-- In the shapes of MediaWiki: binary texts and timestamps, blobs, composite primary keys.
CREATE TABLE page (
  page_id int unsigned NOT NULL AUTO_INCREMENT,
  page_namespace int NOT NULL,
  page_title varbinary(255) NOT NULL,
  page_is_redirect tinyint unsigned NOT NULL DEFAULT 0,
  page_random double unsigned NOT NULL,
  page_touched binary(14) NOT NULL,
  page_links_updated varbinary(14) DEFAULT NULL,
  page_latest int unsigned NOT NULL,
  page_len int unsigned NOT NULL,
  page_content_model varbinary(32) DEFAULT NULL,
  PRIMARY KEY (page_id),
  UNIQUE KEY page_name_title (page_namespace, page_title),
  KEY page_random (page_random)
);
CREATE TABLE revision (
  rev_id bigint unsigned NOT NULL AUTO_INCREMENT,
  rev_page int unsigned NOT NULL,
  rev_comment_id bigint unsigned NOT NULL DEFAULT 0,
  rev_timestamp binary(14) NOT NULL,
  rev_minor_edit tinyint unsigned NOT NULL DEFAULT 0,
  rev_len int unsigned DEFAULT NULL,
  rev_parent_id bigint unsigned DEFAULT NULL,
  rev_sha1 varbinary(32) NOT NULL DEFAULT '',
  PRIMARY KEY (rev_id),
  KEY rev_page_timestamp (rev_page, rev_timestamp)
);
CREATE TABLE text_store (
  old_id int unsigned NOT NULL AUTO_INCREMENT,
  old_text mediumblob NOT NULL,
  old_flags tinyblob NOT NULL,
  PRIMARY KEY (old_id)
);
CREATE TABLE pagelinks (
  pl_from int unsigned NOT NULL DEFAULT 0,
  pl_target_id bigint unsigned NOT NULL,
  pl_from_namespace int NOT NULL DEFAULT 0,
  PRIMARY KEY (pl_from, pl_target_id)
);
CREATE TABLE objectcache (
  keyname varbinary(255) NOT NULL DEFAULT '',
  value mediumblob DEFAULT NULL,
  exptime binary(14) NOT NULL,
  modtoken varchar(17) NOT NULL DEFAULT '00000000000000000',
  PRIMARY KEY (keyname),
  KEY exptime (exptime)
);
