#!/bin/bash
# The broker in its container. At the first start its storage is formatted, and the one account that may log in is made:
# without a controller of its own yet, Kafka takes accounts at this moment alone.
set -euo pipefail
umask 077

settings=/etc/huiying/server.properties
storage=/var/lib/kafka/data/log

if [ ! -e "$storage/meta.properties" ]; then
  rm -rf "$storage"
  password=$(</run/secrets/kafka_password)
  /opt/kafka/bin/kafka-storage.sh format \
    --cluster-id "$(/opt/kafka/bin/kafka-storage.sh random-uuid)" \
    --config "$settings" \
    --add-scram "SCRAM-SHA-512=[name=huiying,password=$password]"
fi

exec /opt/kafka/bin/kafka-server-start.sh "$settings"
