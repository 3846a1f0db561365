-- In the shapes of RuoYi: Chinese comments, char(1) flags, quotes and percent signs in comments.
create table sys_dept (
  dept_id bigint(20) not null auto_increment comment '部门id',
  parent_id bigint(20) default 0 comment '父部门id',
  ancestors varchar(50) default '' comment '祖级列表',
  dept_name varchar(30) default '' comment '部门名称',
  order_num int(4) default 0 comment '显示顺序',
  status char(1) default '0' comment '部门状态（0正常 1停用）',
  create_time datetime comment '创建时间',
  primary key (dept_id)
) comment = '部门表';
create table sys_user (
  user_id bigint(20) not null auto_increment comment '用户ID',
  dept_id bigint(20) default null comment '部门ID',
  user_name varchar(30) not null comment '用户账号',
  nick_name varchar(30) not null comment '用户昵称',
  sex char(1) default '0' comment '用户性别（0男 1女 2未知）',
  avatar varchar(100) default '' comment '头像地址，如 “https://…”，100% 可选',
  login_date datetime comment '最后登录时间',
  remark varchar(500) default null comment '备注',
  primary key (user_id)
) comment = '用户信息表';
create table sys_user_role (
  user_id bigint(20) not null comment '用户ID',
  role_id bigint(20) not null comment '角色ID',
  primary key (user_id, role_id)
) comment = '用户和角色关联表  用户N-1角色';
create table sys_oper_log (
  oper_id bigint(20) not null auto_increment comment '日志主键',
  title varchar(50) default '' comment '模块标题',
  business_type int(2) default 0 comment '业务类型（0其它 1新增 2修改 3删除）',
  oper_param varchar(2000) default '' comment '请求参数',
  oper_time datetime comment '操作时间',
  cost_time bigint(20) default 0 comment '消耗时间',
  primary key (oper_id),
  key idx_sys_oper_log_bt (business_type),
  key idx_sys_oper_log_ot (oper_time)
) comment = '操作日志记录';
