#!/usr/bin/env python3
"""Stands for the outside hosts of test workflows: fake_hosts.py PORT_FILE [LOG [CERTIFICATE [ANSWERS]]]

  /fail...         404 with a JSON body
  .../chat/completions   what a model answers: of ANSWERS, a file of [[PART OF THE PROMPT, ANSWER], ...], the first that
                   fits, else the last message's text in capitals
  .../embed        {"embeddings": [[384 NUMBERS]]}
  /api/v10/...     what a chat service answers: 204 for reactions and deletions, else the message or thread that was made
  anything else    {"path": ..., "sent": BODY, "n": COUNT OF REQUESTS, "access_token": "..."}

With a certificate (a PEM file with its key) a second port speaks TLS; PORT_FILE.tls names it.
"""
import http.server
import json
import ssl
import sys
import threading

count = 0
ANSWERS = json.load(open(sys.argv[4], encoding="utf-8")) if len(sys.argv) > 4 else []
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
        if self.path.startswith("/api/v10/"):
            chat = {"id": str(1000000000000000000 + count), "type": 0, "channel_id": "1000000000000000002", "guild_id": "1000000000000000003",
                    "name": "thread", "timestamp": "2025-01-01T00:00:00+00:00", "author": {"id": "1000000000000000004", "username": "bot", "bot": True}}
            if isinstance(sent, dict):
                chat["content"] = sent.get("content", "")
            is_silent = self.command == "DELETE" or "/reactions/" in self.path
            status, reply = (204, None) if is_silent else (200, chat)
        elif self.path.endswith("/embed"):
            reply = {"embeddings": [[round((i % 7) / 10, 1) for i in range(384)]]}
        elif self.path.endswith("/chat/completions"):
            prompt = str(sent["messages"][-1]["content"]) if isinstance(sent, dict) and sent.get("messages") else ""
            text = next((answer for part, answer in ANSWERS if part in prompt), prompt.upper())
            reply = {"id": "c1", "object": "chat.completion", "model": "fake", "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}], "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}
        else:
            reply = {"path": self.path, "sent": sent, "n": count, "access_token": TOKEN}
        data = b"" if reply is None else json.dumps(reply).encode()
        self.send_response(status)
        if reply is not None:
            self.send_header("Content-Type", "application/json")
        self.send_header("Set-Cookie", "session=a1b2c3d4e5f6")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
if len(sys.argv) > 3:
    secure = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[3])
    secure.socket = context.wrap_socket(secure.socket, server_side=True)
    with open(sys.argv[1] + ".tls", "w", encoding="utf-8") as f:
        f.write(str(secure.server_address[1]))
    threading.Thread(target=secure.serve_forever, daemon=True).start()
with open(sys.argv[1], "w", encoding="utf-8") as f:
    f.write(str(server.server_address[1]))
server.serve_forever()
