-- In the shapes of Flowable and Activiti: capitals that end in an underscore, datetime(3), longblob.
create table ACT_RE_DEPLOYMENT (
  ID_ varchar(64) not null,
  NAME_ varchar(255),
  TENANT_ID_ varchar(255) default '',
  DEPLOY_TIME_ timestamp(3) NULL,
  primary key (ID_)
);
create table ACT_GE_BYTEARRAY (
  ID_ varchar(64),
  REV_ integer,
  NAME_ varchar(255),
  DEPLOYMENT_ID_ varchar(64),
  BYTES_ longblob,
  GENERATED_ tinyint,
  primary key (ID_)
);
alter table ACT_GE_BYTEARRAY add constraint ACT_FK_BYTEARR_DEPL foreign key (DEPLOYMENT_ID_) references ACT_RE_DEPLOYMENT (ID_);
create table ACT_RU_TASK (
  ID_ varchar(64) not null,
  REV_ integer,
  NAME_ varchar(255),
  PRIORITY_ integer default 50,
  CREATE_TIME_ datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  DUE_DATE_ datetime(3),
  SUSPENSION_STATE_ integer,
  IS_COUNT_ENABLED_ tinyint,
  primary key (ID_)
);
create index ACT_IDX_TASK_CREATE on ACT_RU_TASK (CREATE_TIME_);
create table ACT_RU_VARIABLE (
  ID_ varchar(64) not null,
  TYPE_ varchar(255) not null,
  NAME_ varchar(255) not null,
  TASK_ID_ varchar(64),
  DOUBLE_ double,
  LONG_ bigint,
  TEXT_ varchar(4000),
  primary key (ID_)
);
create index ACT_IDX_VAR_TASK on ACT_RU_VARIABLE (TASK_ID_);
