#include "http/url.h"

#include <doctest/doctest.h>

using namespace kairon;

TEST_CASE("parse_url") {
  SUBCASE("an empty port is the scheme's (RFC 3986 3.2.3)") {
    const auto url = http::parse_url("http://127.0.0.1:/");
    REQUIRE(url);
    CHECK(url->port == 80);
    CHECK(url->origin() == "http://127.0.0.1:80");
    CHECK(http::parse_url("https://n8n.example:")->port == 443);
  }
  SUBCASE("parts") {
    const auto url = http::parse_url("HTTPS://N8N.Example:8443/base?x=1#y");
    REQUIRE(url);
    CHECK(url->scheme == "https");
    CHECK(url->host == "n8n.example");
    CHECK(url->port == 8443);
    CHECK(url->path == "/base?x=1#y");
    CHECK(http::parse_url("http://n8n")->path.empty());
    CHECK(http::parse_url("http://[::1]:5678/")->host == "[::1]");
  }
  SUBCASE("what is not a URL for us") {
    for (const char* text :
         {"ftp://x/", "n8n.example", "http://", "http://:80/", "http://user@host/", "http://u:p@host/",
          "http://host:0/", "http://host:70000/", "http://host:8x/", "http://a b/", "http://host/\n"})
      CHECK_FALSE(http::parse_url(text).has_value());
  }
}
