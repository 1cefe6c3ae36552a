#!/usr/bin/env python3
"""An HTTP proxy that spoils what it is told to: fault_proxy.py UPSTREAM_PORT RULES_FILE PORT_FILE

Each line of RULES_FILE is "ACTION COUNT METHOD PATH_REGEX"; the first that fits a request takes one of its
COUNT. The file is read again whenever it changes. Actions: lose (done, but the answer is lost), drop (not done,
no answer), starting, database, busy, html, refuse, error, denied, forbidden (all: not done, that answer), limit and
limitN (429, with Retry-After: N), redirect (302 to /elsewhere), cut (done, half of the answer), slowN (done, the answer
takes N seconds), silentN (not done, nothing for N seconds), delayN (done after N seconds, which
the client may not wait for). Headers are written to RULES_FILE.seen, one request a line, so that a test can see where
the API key went.
"""
import http.client
import http.server
import os
import re
import sys
import threading
import time

upstream, rules_file, port_file = int(sys.argv[1]), sys.argv[2], sys.argv[3]
lock = threading.Lock()
state = {"stamp": None, "rules": []}
ANSWERS = {
    "starting": (200, "text/html", "n8n is starting up. Please wait"),
    "database": (401, "application/json", '{"message":"connect ECONNREFUSED 127.0.0.1:5432"}'),
    "busy": (503, "application/json", '{"code":503,"message":"Database is not ready!"}'),
    "html": (404, "text/html", "<html>Cannot GET</html>"),
    "refuse": (400, "application/json", '{"message":"something is wrong with it"}'),
    "error": (500, "application/json", '{"message":"Internal Server Error"}'),
    "denied": (401, "application/json", '{"message":"unauthorized"}'),
    "forbidden": (403, "application/json", '{"message":"Forbidden"}'),
    "limit": (429, "text/plain", "Too many requests"),
    "redirect": (302, "text/html", "<html>Found</html>"),
}


def action_for(method, path):
    with lock:
        stamp = os.stat(rules_file).st_mtime_ns
        if stamp != state["stamp"]:
            state["stamp"] = stamp
            with open(rules_file) as rules:
                state["rules"] = [line.split() for line in rules if line.strip()]
        for rule in state["rules"]:
            if int(rule[1]) > 0 and rule[2] in (method, "*") and re.search(rule[3], path):
                rule[1] = int(rule[1]) - 1
                return rule[0]
    return "pass"


class Proxy(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        action = action_for(self.command, self.path)
        with lock, open(rules_file + ".seen", "a") as seen:
            seen.write(f"{action} {self.command} {self.path} key={'X-N8N-API-KEY' in self.headers}\n")
        if action == "drop":
            return self.cut()
        word = action.rstrip("0123456789")
        number = action[len(word):]
        if word in ANSWERS:
            status, kind, text = ANSWERS[word]
            more = {"limit": "Retry-After", "redirect": "Location"}.get(word) if number or word == "redirect" else None
            return self.answer(status, kind, text.encode(), {more: number or "/elsewhere"} if more else {})
        if word == "silent":
            time.sleep(float(number))
            return self.cut()
        if action.startswith("delay"):
            time.sleep(float(action[5:]))
        link = http.client.HTTPConnection("127.0.0.1", upstream, timeout=60)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection")}
        link.request(self.command, self.path, body, headers)
        reply = link.getresponse()
        content = reply.read()
        if action.startswith("delay"):
            with lock, open(rules_file + ".seen", "a") as seen:
                seen.write(f"delivered {reply.status} {self.command} {self.path}\n")
        if action == "lose":
            return self.cut()
        pieces = [content]
        if word in ("slow", "cut"):
            pieces = [content[i:i + len(content) // 10 + 1] for i in range(0, len(content), len(content) // 10 + 1)]
        kind = reply.getheader("Content-Type", "text/plain")
        self.answer(reply.status, kind, content, {}, pieces[:5] if word == "cut" else pieces, float(number) / 10 if word == "slow" else 0.0)
        if word == "cut":
            self.cut()

    def answer(self, status, kind, content, headers, pieces=None, pause=0.0):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        try:
            self.end_headers()
            for piece in pieces or [content]:
                self.wfile.write(piece)
                time.sleep(pause)
        except OSError:  # nobody waits for it any more
            self.close_connection = True

    def cut(self):
        self.close_connection = True
        self.connection.close()

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = handle_any

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
with open(port_file + ".new", "w") as out:
    out.write(str(server.server_address[1]))
os.rename(port_file + ".new", port_file)
server.serve_forever()
