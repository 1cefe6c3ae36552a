#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "diff/file_diff.h"

namespace kairon::test {

/// A node's JSON: id, name, short type, and parameters as JSON text.
inline std::string node(std::string_view id, std::string_view name, std::string_view type,
                        std::string_view parameters = "{}", std::string_view position = "[0, 0]") {
  return format(R"({{"id":"{}","name":"{}","type":"n8n-nodes-base.{}","position":{},"parameters":{}}})", id, name, type,
                position, parameters);
}

/// "A>B": a main connection from A to B.
inline std::string workflow(const std::vector<std::string>& nodes, const std::vector<std::string>& links = {},
                            std::string_view rest = "") {
  std::string connections;
  for (const std::string& link : links) {
    const std::size_t arrow = link.find('>');
    connections += format(R"({}"{}":{{"main":[[{{"node":"{}","type":"main","index":0}}]]}})",
                          connections.empty() ? "" : ",", link.substr(0, arrow), link.substr(arrow + 1));
  }
  return format(R"({{"name":"W","nodes":[{}],"connections":{{{}}}{}}})", text::join(nodes, ","), connections, rest);
}

inline diff::FileDiff compared(const std::string& before, const std::string& after) {
  return diff::diff_file(diff::FileVersion{"n8n-workflows/W.json", before},
                         diff::FileVersion{"n8n-workflows/W.json", after});
}

}  // namespace kairon::test
