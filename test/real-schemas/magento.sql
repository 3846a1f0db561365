-- In the shapes of Magento: prices as decimal(20,6), smallint foreign keys, comments on every column.
CREATE TABLE store (
  store_id smallint unsigned NOT NULL AUTO_INCREMENT COMMENT 'Store ID',
  code varchar(32) DEFAULT NULL COMMENT 'Code',
  website_id smallint unsigned NOT NULL DEFAULT 0 COMMENT 'Website ID',
  name varchar(255) NOT NULL COMMENT 'Store Name',
  is_active smallint unsigned NOT NULL DEFAULT 0 COMMENT 'Store Activity',
  PRIMARY KEY (store_id),
  UNIQUE KEY STORE_CODE (code)
) COMMENT='Stores';
CREATE TABLE sales_order (
  entity_id int unsigned NOT NULL AUTO_INCREMENT COMMENT 'Entity ID',
  state varchar(32) DEFAULT NULL COMMENT 'State',
  store_id smallint unsigned DEFAULT NULL COMMENT 'Store ID',
  base_grand_total decimal(20,4) DEFAULT NULL COMMENT 'Base Grand Total',
  weight decimal(12,4) DEFAULT NULL COMMENT 'Weight',
  increment_id varchar(50) DEFAULT NULL COMMENT 'Increment ID',
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'Created At',
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP COMMENT 'Updated At',
  PRIMARY KEY (entity_id),
  UNIQUE KEY SALES_ORDER_INCREMENT_ID_STORE_ID (increment_id, store_id),
  CONSTRAINT SALES_ORDER_STORE_ID_STORE_STORE_ID FOREIGN KEY (store_id) REFERENCES store (store_id) ON DELETE SET NULL
) COMMENT='Sales Flat Order';
CREATE TABLE sales_order_item (
  item_id int unsigned NOT NULL AUTO_INCREMENT COMMENT 'Item ID',
  order_id int unsigned NOT NULL DEFAULT 1 COMMENT 'Order ID',
  parent_item_id int unsigned DEFAULT NULL COMMENT 'Parent Item ID',
  sku varchar(255) DEFAULT NULL COMMENT 'Sku',
  qty_ordered decimal(12,4) DEFAULT 0.0000 COMMENT 'Qty Ordered',
  price decimal(12,4) NOT NULL DEFAULT 0.0000 COMMENT 'Price',
  original_price decimal(20,6) DEFAULT NULL COMMENT 'Original Price',
  product_options text COMMENT 'Product Options',
  PRIMARY KEY (item_id),
  CONSTRAINT ITEM_ORDER FOREIGN KEY (order_id) REFERENCES sales_order (entity_id) ON DELETE CASCADE
) COMMENT='Sales Flat Order Item';
CREATE TABLE catalog_product_entity_decimal (
  value_id int NOT NULL AUTO_INCREMENT COMMENT 'Value ID',
  attribute_id smallint unsigned NOT NULL DEFAULT 0 COMMENT 'Attribute ID',
  store_id smallint unsigned NOT NULL DEFAULT 1 COMMENT 'Store ID',
  entity_id int unsigned NOT NULL DEFAULT 0 COMMENT 'Entity ID',
  value decimal(20,6) DEFAULT NULL COMMENT 'Value',
  PRIMARY KEY (value_id),
  UNIQUE KEY entity_attribute_store (entity_id, attribute_id, store_id),
  CONSTRAINT decimal_store FOREIGN KEY (store_id) REFERENCES store (store_id) ON DELETE CASCADE
) COMMENT='Catalog Product Decimal Attribute Backend Table';
