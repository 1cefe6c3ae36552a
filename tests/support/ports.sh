#!/usr/bin/env bash
# Ports of 127.0.0.1, for the scripts that source this file.
#
#   free_port         one that nobody uses, below the range that the kernel gives to outgoing connections (32768
#                     on): one of those would take it before the server is up, or while it is started again
#   listening PORT    waits until a server accepts there; fails after 30 s
free_port() {
  python3 -c '
import random, socket
for port in random.sample(range(15000, 32000), 100):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            continue
    print(port)
    break'
}

listening() {
  local tries
  for ((tries = 0; tries < 600; tries++)); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return; fi
    sleep 0.05
  done
  echo "FAILED: nobody listens at port $1" >&2
  return 1
}
