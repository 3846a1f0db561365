-- In the shapes of Moodle: every number a bigint(10), decimals of grades, wide unique keys.
CREATE TABLE mdl_course (
  id bigint(10) NOT NULL AUTO_INCREMENT,
  category bigint(10) NOT NULL DEFAULT 0,
  sortorder bigint(10) NOT NULL DEFAULT 0,
  fullname varchar(254) NOT NULL DEFAULT '',
  shortname varchar(255) NOT NULL DEFAULT '',
  summary longtext,
  summaryformat tinyint(2) NOT NULL DEFAULT 0,
  visible tinyint(1) NOT NULL DEFAULT 1,
  PRIMARY KEY (id),
  KEY mdl_cour_cat_ix (category)
) COMMENT='Central course table';
CREATE TABLE mdl_grade_grades (
  id bigint(10) NOT NULL AUTO_INCREMENT,
  itemid bigint(10) NOT NULL,
  userid bigint(10) NOT NULL,
  rawgrade decimal(10,5) DEFAULT NULL,
  rawgrademax decimal(10,5) NOT NULL DEFAULT 100.00000,
  finalgrade decimal(10,5) DEFAULT NULL,
  feedback longtext,
  aggregationstatus varchar(10) NOT NULL DEFAULT 'unknown',
  PRIMARY KEY (id),
  UNIQUE KEY mdl_gradgrad_useite_uix (userid, itemid)
);
CREATE TABLE mdl_context (
  id bigint(10) NOT NULL AUTO_INCREMENT,
  contextlevel bigint(10) NOT NULL DEFAULT 0,
  instanceid bigint(10) NOT NULL DEFAULT 0,
  path varchar(255) DEFAULT NULL,
  depth tinyint(2) NOT NULL DEFAULT 0,
  PRIMARY KEY (id),
  UNIQUE KEY mdl_cont_conins_uix (contextlevel, instanceid)
);
CREATE TABLE mdl_question_answers (
  id bigint(10) NOT NULL AUTO_INCREMENT,
  question bigint(10) NOT NULL DEFAULT 0,
  answer longtext NOT NULL,
  answerformat tinyint(2) NOT NULL DEFAULT 0,
  fraction decimal(12,7) NOT NULL DEFAULT 0.0000000,
  feedback longtext NOT NULL,
  PRIMARY KEY (id)
);
