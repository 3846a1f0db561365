-- In the shapes of phpBB: mediumint keys, flags as tinyint(1), texts with defaults, binary addresses.
CREATE TABLE phpbb_forums (
  forum_id mediumint(8) unsigned NOT NULL auto_increment,
  parent_id mediumint(8) unsigned DEFAULT '0' NOT NULL,
  left_id mediumint(8) unsigned DEFAULT '0' NOT NULL,
  right_id mediumint(8) unsigned DEFAULT '0' NOT NULL,
  forum_name varchar(255) DEFAULT '' NOT NULL,
  forum_desc text NOT NULL,
  display_on_index tinyint(1) unsigned DEFAULT '1' NOT NULL,
  PRIMARY KEY (forum_id),
  KEY left_right_id (left_id, right_id)
);
CREATE TABLE phpbb_topics (
  topic_id int(10) unsigned NOT NULL auto_increment,
  forum_id mediumint(8) unsigned DEFAULT '0' NOT NULL,
  topic_title varchar(255) DEFAULT '' NOT NULL,
  topic_time int(11) unsigned DEFAULT '0' NOT NULL,
  topic_views mediumint(8) unsigned DEFAULT '0' NOT NULL,
  topic_type tinyint(3) DEFAULT '0' NOT NULL,
  PRIMARY KEY (topic_id),
  KEY forum_id_type (forum_id, topic_type),
  KEY latest (forum_id, topic_time)
);
CREATE TABLE phpbb_posts (
  post_id int(10) unsigned NOT NULL auto_increment,
  topic_id int(10) unsigned DEFAULT '0' NOT NULL,
  poster_ip varchar(40) DEFAULT '' NOT NULL,
  enable_bbcode tinyint(1) unsigned DEFAULT '1' NOT NULL,
  post_subject varchar(255) DEFAULT '' NOT NULL,
  post_text mediumtext NOT NULL,
  post_checksum varchar(32) DEFAULT '' NOT NULL,
  bbcode_bitfield varchar(255) DEFAULT '' NOT NULL,
  PRIMARY KEY (post_id),
  KEY tid_post_time (topic_id),
  FULLTEXT KEY post_content (post_text, post_subject)
);
CREATE TABLE phpbb_poll_votes (
  topic_id int(10) unsigned DEFAULT '0' NOT NULL,
  poll_option_id tinyint(4) DEFAULT '0' NOT NULL,
  vote_user_id int(10) unsigned DEFAULT '0' NOT NULL,
  vote_user_ip varchar(40) DEFAULT '' NOT NULL,
  KEY topic_id (topic_id),
  KEY vote_user_id (vote_user_id)
);
CREATE TABLE phpbb_sessions (
  session_id char(32) DEFAULT '' NOT NULL,
  session_user_id int(10) unsigned DEFAULT '0' NOT NULL,
  session_start int(11) unsigned DEFAULT '0' NOT NULL,
  session_browser varchar(150) DEFAULT '' NOT NULL,
  session_viewonline tinyint(1) unsigned DEFAULT '1' NOT NULL,
  PRIMARY KEY (session_id),
  KEY session_time (session_start)
);
