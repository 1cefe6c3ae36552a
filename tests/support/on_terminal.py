#!/usr/bin/env python3
"""Runs a command on a terminal of its own: on_terminal.py [QUESTION=ANSWER]... -- COMMAND...

Each time the output ends with QUESTION, ANSWER is typed (^C types Ctrl-C; !COMMAND runs it first, and the question
still waits for the next answer). Prints what the command wrote and
ends with its status.
"""
import os
import pty
import select
import subprocess
import sys

split = sys.argv.index("--")
talk = [argument.split("=", 1) for argument in sys.argv[1:split]]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[split + 1], sys.argv[split + 1:])
seen, answered = "", 0
while True:
    ready, _, _ = select.select([terminal], [], [], 120)
    if not ready:
        os.kill(pid, 9)
        break
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    seen += data.decode(errors="replace")
    while talk and talk[0][0] in seen[answered:]:
        answer = talk.pop(0)[1]
        if answer.startswith("!"):
            subprocess.run(answer[1:], shell=True, check=True, stdout=subprocess.DEVNULL)
            continue
        answered = len(seen)
        os.write(terminal, b"\x03" if answer == "^C" else (answer + "\n").encode())
_, status = os.waitpid(pid, 0)
print(seen.replace("\r\n", "\n"), end="")
sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
