#include "lint/support/locators.h"

#include <array>

#include "base/text.h"

namespace kairon::lint {

namespace {

/// A part of every URL that the description's regular expression takes (n8n-nodes-base 1.123, extractValue).
struct LocatorPart {
  std::string_view type;
  std::string_view key;  ///< "": of every locator of the type
  std::string_view part;
};

constexpr auto kParts =
    std::to_array<LocatorPart>({{"googleSheets", "documentId", "https://docs.google.com/|https://drive.google.com/"},
                                {"googleSheets", "documentId", "/d/"},
                                {"googleSheets", "sheetName", "https://docs.google.com/spreadsheets/d/"},
                                {"googleSheets", "sheetName", "#gid="},
                                {"googleDrive", "folderId", "https://drive.google.com/"},
                                {"googleDrive", "folderId", "/folders/"},
                                {"airtable", "", "https://airtable.com/"},
                                {"slack", "channelId", "https://app.slack.com/client/"},
                                {"trello", "boardId", "https://trello.com/b/"},
                                {"trello", "cardId", "https://trello.com/c/"},
                                {"discord", "guildId", "https://discord.com/channels/"},
                                {"discord", "channelId", "https://discord.com/channels/"}});

/// One of several parts, with `|` between them.
bool holds(std::string_view url, std::string_view parts) {
  for (const std::string_view part : text::split(parts, '|'))
    if (text::contains(url, part)) return true;
  return false;
}

}  // namespace

std::string_view missing_in_locator(const workflow::Node& node, std::string_view key, std::string_view url) {
  for (const LocatorPart& row : kParts) {
    if (!node.is_base(row.type) || (!row.key.empty() && row.key != key)) continue;
    if (!holds(url, row.part)) return row.part.substr(0, row.part.find('|'));
  }
  return {};
}

}  // namespace kairon::lint
