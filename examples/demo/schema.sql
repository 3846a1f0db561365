create table authors (
  id bigint primary key auto_increment,
  name varchar(80) not null comment 'As printed on the article 🖋️',
  joined date not null
) comment 'Everybody who writes';

-- No foreign key to authors: on 4.2.0 every insert into a child table that has a vector or
-- full-text index makes the server panic.
create table articles (
  id bigint primary key auto_increment,
  author_id bigint not null,
  title varchar(200) not null,
  body text not null,
  lang enum('en', 'de', '中文') not null default 'en',
  words int not null,
  minutes int generated always as (words div 200 + 1) stored comment 'Reading time',
  embedding vecf32(8) comment 'What the article is about',
  facts json,
  published_at timestamp(3) not null default current_timestamp(3)
) comment 'The articles of the magazine 📰';

create table orders (
  id bigint primary key auto_increment,
  article_id bigint not null,
  quantity int not null default 1,
  price decimal(10, 2) not null,
  paid bool not null default false,
  placed_at datetime not null,
  unique key uk_article_placed (article_id, placed_at),
  foreign key (article_id) references articles (id)
);

insert into authors (id, name, joined) values
  (1, 'Ada 🖋️', '2024-01-15'),
  (2, 'Grace', '2024-03-02'),
  (3, '李明', '2025-06-30');

insert into articles (id, author_id, title, body, lang, words, embedding, facts, published_at) values
  (1, 1, 'Vectors in a database', 'Nearest neighbours find what a word search misses.', 'en', 820, '[0.9,0.1,0.1,0,0,0.2,0,0]', '{"tags":["vector","search"],"level":2}', '2026-01-05 08:00:00'),
  (2, 1, 'Full-text search explained', 'A full-text index finds the words that a reader types.', 'en', 640, '[0.7,0.3,0,0.1,0,0.1,0,0]', '{"tags":["search"],"level":1}', '2026-02-11 09:30:00'),
  (3, 2, 'Branches for tables', 'A branch of a table costs nothing until it changes.', 'en', 1210, '[0,0.1,0.9,0.4,0,0,0.1,0]', '{"tags":["branch"],"level":3}', '2026-03-20 10:15:00'),
  (4, 2, 'Zeitreisen mit Snapshots', 'Ein Snapshot zeigt die Tabelle von gestern 🕰️.', 'de', 450, '[0,0,0.8,0.6,0,0,0,0.1]', null, '2026-04-02 07:45:00'),
  (5, 3, '向量数据库', '近邻搜索找到意思相近的文章。', '中文', 980, '[0.85,0.15,0.1,0,0.1,0.2,0,0]', '{"tags":["vector"],"level":2}', '2026-05-18 12:00:00');

insert into orders (article_id, quantity, price, paid, placed_at) values
  (1, 2, 4.50, true, '2026-06-01 10:00:00'),
  (3, 1, 6.00, false, '2026-06-02 11:30:00'),
  (1, 1, 4.50, true, '2026-06-03 16:20:00');

create index idx_embedding using ivfflat on articles (embedding) lists = 2 op_type 'vector_l2_ops';

create fulltext index ft_title_body on articles (title, body) with parser ngram;

create view sold_articles as
  select a.id, a.title, o.quantity, o.price from articles a join orders o on o.article_id = a.id where o.paid = true;
