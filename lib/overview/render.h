#pragma once
#include <string>

#include "overview/facts.h"

namespace kairon::overview {

/// One page without script and network.
[[nodiscard]] std::string to_html(const Facts& facts);
/// The same facts in short, within GitHub's limit for a comment.
[[nodiscard]] std::string to_markdown(const Facts& facts);

/// Rules with the number of their findings, the most frequent first.
[[nodiscard]] std::vector<std::pair<std::string, std::size_t>> findings_by_rule(const Facts& facts);
/// "6 of 24 workflows (25 %) are exercised by 9 tests".
[[nodiscard]] std::string coverage_line(const Facts& facts);
/// Whom the report asked: "made without asking a server", "prod answered", "prod: no answer within 10 s".
[[nodiscard]] std::string servers_line(const Facts& facts);
/// "2026-11-28 19:30 UTC".
[[nodiscard]] std::string shown_time(std::time_t time);

}  // namespace kairon::overview
