-- In the shapes of Redmine: self-references, polymorphic columns, float hours, reserved words as names.
CREATE TABLE projects (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name varchar(255) NOT NULL DEFAULT '',
  parent_id int DEFAULT NULL,
  identifier varchar(255) DEFAULT NULL,
  is_public tinyint(1) NOT NULL DEFAULT '1',
  created_on timestamp NULL DEFAULT NULL,
  KEY index_projects_on_parent_id (parent_id),
  CONSTRAINT fk_projects_parent FOREIGN KEY (parent_id) REFERENCES projects (id)
);
CREATE TABLE issues (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  project_id int NOT NULL,
  subject varchar(255) NOT NULL DEFAULT '',
  description longtext,
  due_date date DEFAULT NULL,
  estimated_hours float DEFAULT NULL,
  done_ratio int NOT NULL DEFAULT '0',
  parent_id int DEFAULT NULL,
  root_id int DEFAULT NULL,
  lft int DEFAULT NULL,
  rgt int DEFAULT NULL,
  lock_version int NOT NULL DEFAULT '0',
  CONSTRAINT fk_issues_project FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE
);
CREATE TABLE journals (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  journalized_id int NOT NULL DEFAULT '0',
  journalized_type varchar(30) NOT NULL DEFAULT '',
  notes longtext,
  created_on datetime NOT NULL,
  private_notes tinyint(1) NOT NULL DEFAULT '0',
  KEY journals_journalized_id (journalized_id, journalized_type)
);
CREATE TABLE settings (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `key` varchar(64) NOT NULL,
  `value` text,
  `order` int DEFAULT NULL,
  `group` varchar(30) DEFAULT NULL,
  `interval` smallint NOT NULL DEFAULT 5
);
CREATE TABLE time_entries (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  hours float NOT NULL,
  spent_on date NOT NULL,
  tyear int NOT NULL,
  tweek int NOT NULL,
  issue_id int DEFAULT NULL,
  CONSTRAINT fk_time_entries_issue FOREIGN KEY (issue_id) REFERENCES issues (id)
);
