"""The engines: SQLite in one process, or Kafka and Elasticsearch."""
