#!/usr/bin/env python3
"""Runs a command as on a kernel without Landlock: landlock_create_ruleset ends with ENOSYS.

Usage: without_landlock.py COMMAND...
"""
import ctypes
import errno
import os
import struct
import sys

LANDLOCK_CREATE_RULESET = 444  # the same on every processor
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
ALLOW, ERRNO = 0x7FFF0000, 0x00050000


def instruction(code, yes, no, value):
    return struct.pack("HBBI", code, yes, no, value)


program = b"".join(
    (
        instruction(0x20, 0, 0, 0),  # load the number of the call
        instruction(0x15, 0, 1, LANDLOCK_CREATE_RULESET),
        instruction(0x06, 0, 0, ERRNO | errno.ENOSYS),
        instruction(0x06, 0, 0, ALLOW),
    )
)
buffer = ctypes.create_string_buffer(program)
described = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer)))
libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, described, 0, 0) != 0:
    sys.exit("without_landlock: " + os.strerror(ctypes.get_errno()))
os.execvp(sys.argv[1], sys.argv[1:])
