#!/usr/bin/env python3
"""Stands for the outside hosts of test workflows: fake_hosts.py PORT_FILE [LOG]

  /fail...         404 with a JSON body
  .../chat/completions   what a model answers: the last message's text in capitals
  anything else    {"path": ..., "sent": BODY, "n": COUNT OF REQUESTS, "access_token": "..."}
"""
import http.server
import json
import sys

count = 0
TOKEN = "ghp_" + "Zq81kXw0PbT5yLr7Vn" + "E3cUjH9sMd2FgA6oKi"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        global count
        count += 1
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size).decode("utf-8", "replace")
        if len(sys.argv) > 2:
            with open(sys.argv[2], "a", encoding="utf-8") as log:
                log.write(f"{self.command} {self.path}\n")
        try:
            sent = json.loads(body) if body else {}
        except ValueError:
            sent = body
        status = 404 if self.path.startswith("/fail") else 200
        if self.path.endswith("/chat/completions"):
            text = str(sent["messages"][-1]["content"]).upper() if isinstance(sent, dict) and sent.get("messages") else ""
            reply = {"id": "c1", "object": "chat.completion", "model": "fake", "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}], "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}
        else:
            reply = {"path": self.path, "sent": sent, "n": count, "access_token": TOKEN}
        data = json.dumps(reply).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Set-Cookie", "session=a1b2c3d4e5f6")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(sys.argv[1], "w", encoding="utf-8") as f:
    f.write(str(server.server_address[1]))
server.serve_forever()
