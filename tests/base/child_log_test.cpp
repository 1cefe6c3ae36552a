#include "base/child_log.h"

#include <doctest/doctest.h>

#include <string>

using kairon::cause_in_log;

TEST_CASE("the line that names the error is the cause, not the end of the stack trace") {
  CHECK(cause_in_log("Error tracking disabled because this release is older than 6 weeks.\n"
                     "There was an error initializing DB\n"
                     "error: password authentication failed for user \"n8n\"\n"
                     "    at Parser.parseErrorMessage (/x/node_modules/pg-protocol/src/parser.ts:369:69)\n"
                     "    at Socket.emit (node:events:518:28)\n") ==
        "There was an error initializing DB; error: password authentication failed for user \"n8n\"");
  CHECK(cause_in_log("node:internal/modules/cjs/loader:1215\n  throw err;\n  ^\n\n"
                     "Error: Cannot find module '/x/bin/n8n'\n    at Module._load (node:internal:1)\n"
                     "  code: 'MODULE_NOT_FOUND',\n}\n\nNode.js v20.1.0\n") ==
        "Error: Cannot find module '/x/bin/n8n'");
  CHECK(cause_in_log("TypeError [ERR_X]: one\nTypeError [ERR_X]: one\nerror: two\nerror: three") ==
        "TypeError [ERR_X]: one; error: two");
  CHECK(cause_in_log("2026 LOG:  starting\n2026 FATAL:  data directory has wrong ownership\n2026 HINT:  chown") ==
        "2026 FATAL:  data directory has wrong ownership");
}

TEST_CASE("a log without the word error: what could not be done, else its end") {
  CHECK(cause_in_log("n8n ready soon\nPermission denied (publickey).\n") == "Permission denied (publickey).");
  CHECK(cause_in_log("one\ntwo\nthree\nfour\nfive\n    at end (x:1)\n") == "two; three; four; five");
  CHECK(cause_in_log("Your Node.js version 18 is currently not supported by n8n.\nPlease use 20.\n") ==
        "Your Node.js version 18 is currently not supported by n8n.");
  CHECK(cause_in_log(" \n\n") == "it said nothing");
  CHECK(cause_in_log("error: \x1b[31mred").find('\x1b') == std::string::npos);
  CHECK(cause_in_log("error: " + std::string(2000, 'x')).size() == 500);
}
