-- In the shapes of Gitea: reserved table names, JSON, unix times, mixed-case indexes.
CREATE TABLE `user` (
  id bigint NOT NULL AUTO_INCREMENT,
  lower_name varchar(255) NOT NULL,
  name varchar(255) NOT NULL,
  passwd_hash_algo varchar(255) NOT NULL DEFAULT 'argon2',
  is_admin tinyint(1) DEFAULT NULL,
  created_unix bigint DEFAULT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY UQE_user_lower_name (lower_name),
  UNIQUE KEY UQE_user_name (name),
  KEY IDX_user_created_unix (created_unix)
);
CREATE TABLE repository (
  id bigint NOT NULL AUTO_INCREMENT,
  owner_id bigint DEFAULT NULL,
  lower_name varchar(255) NOT NULL,
  is_private tinyint(1) DEFAULT NULL,
  topics json DEFAULT NULL,
  size bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (id),
  UNIQUE KEY UQE_repository_s (owner_id, lower_name)
);
CREATE TABLE `action` (
  id bigint NOT NULL AUTO_INCREMENT,
  user_id bigint DEFAULT NULL,
  op_type int DEFAULT NULL,
  is_deleted tinyint(1) NOT NULL DEFAULT 0,
  content longtext,
  PRIMARY KEY (id),
  KEY IDX_action_r_u_d (user_id, is_deleted)
);
CREATE TABLE `access` (
  id bigint NOT NULL AUTO_INCREMENT,
  user_id bigint DEFAULT NULL,
  repo_id bigint DEFAULT NULL,
  mode int DEFAULT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY UQE_access_s (user_id, repo_id)
);
