#include "deploy/mocks.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "http/url.h"

namespace kairon::deploy {

namespace {

using namespace std::string_view_literals;

/// One row: node type (without package) and, for HTTP requests, a part of the url; the JavaScript
/// expression of the answer to one item. `id(x)` is a number of Discord's form made of the text x,
/// `key` differs from item to item, `item` is the input.
struct Mock {
  std::string_view type;
  std::string_view url_part;
  std::string_view answer;
};

constexpr std::string_view kDiscordMessage =
    "{ id: id(key), type: 0, content: '', channel_id: id('channel'), timestamp: '2026-01-01T00:00:00.000000+00:00', "
    "author: { id: id('bot'), username: 'mock-bot', bot: true }, mentions: [], attachments: [], embeds: [], "
    "pinned: false, tts: false, flags: 0 }";
constexpr std::string_view kDiscordThread =
    "{ id: id(key), type: 11, guild_id: id('guild'), parent_id: id('channel'), name: 'mock-thread', "
    "owner_id: id('bot'), message_count: 0, member_count: 1, "
    "thread_metadata: { archived: false, auto_archive_duration: 1440, locked: false } }";
constexpr std::string_view kEmbedding =
    "{ embedding: vector(key), embeddings: [vector(key)], data: [{ index: 0, object: 'embedding', embedding: "
    "vector(key) }], model: 'mock' }";
constexpr std::string_view kChat =
    "{ id: 'mock-' + id(key), object: 'chat.completion', model: 'mock', choices: [{ index: 0, finish_reason: 'stop', "
    "message: { role: 'assistant', content: 'mock answer' } }], usage: { prompt_tokens: 1, completion_tokens: 1, "
    "total_tokens: 2 } }";

// The first row that fits counts.
constexpr Mock kMocks[] = {
    {"discord", "", kDiscordMessage},
    {"discordTool", "", kDiscordMessage},
    {"httpRequest", "/reactions/", "{}"},
    {"httpRequest", "/typing", "{}"},
    {"httpRequest", "/threads", kDiscordThread},
    {"httpRequest", "/messages", kDiscordMessage},
    {"httpRequest", "/channels", kDiscordThread},
    {"httpRequest", "embed", kEmbedding},
    {"httpRequest", "/chat/completions", kChat},
    {"httpRequest", "", "{ ok: true }"},
    {"chainLlm", "", "{ text: 'mock answer' }"},
    {"chainSummarization", "", "{ response: { text: 'mock summary' } }"},
    {"chainRetrievalQa", "", "{ response: 'mock answer' }"},
    {"agent", "", "{ output: 'mock answer' }"},
    {"openAi", "", "{ index: 0, message: { role: 'assistant', content: 'mock answer' }, finish_reason: 'stop' }"},
    {"informationExtractor", "", "{ output: {} }"},
    {"textClassifier", "", "{ ...item.json }"},
    {"sentimentAnalysis", "",
     "{ ...item.json, sentimentAnalysis: { category: 'Neutral', strength: 0.5, confidence: 1 } }"},
    {"telegram", "", "{ ok: true, result: { message_id: seed(key), date: 1767225600, text: '' } }"},
    {"slack", "", "{ ok: true, channel: 'C0MOCK', ts: '1767225600.000100', message: { text: '', type: 'message' } }"},
    {"emailSend", "",
     "{ accepted: ['mock@example.org'], rejected: [], messageId: '<mock@example.org>', response: '250 OK' }"},
    {"gmail", "", "{ id: id(key), threadId: id(key), labelIds: ['SENT'] }"},
    {"", "", "{ ok: true }"},
};

// Only compute, or use the environment's own stores through its own credentials.
constexpr std::array kInward = {"aggregate"sv,
                                "aiTransform"sv,
                                "code"sv,
                                "compareDatasets"sv,
                                "compression"sv,
                                "convertToFile"sv,
                                "crypto"sv,
                                "dataTable"sv,
                                "dateTime"sv,
                                "debugHelper"sv,
                                "editImage"sv,
                                "errorTrigger"sv,
                                "evaluation"sv,
                                "evaluationTrigger"sv,
                                "executeWorkflow"sv,
                                "executeWorkflowTrigger"sv,
                                "executionData"sv,
                                "extractFromFile"sv,
                                "filter"sv,
                                "function"sv,
                                "functionItem"sv,
                                "html"sv,
                                "htmlExtract"sv,
                                "if"sv,
                                "itemLists"sv,
                                "jwt"sv,
                                "limit"sv,
                                "manualTrigger"sv,
                                "manualChatTrigger"sv,
                                "markdown"sv,
                                "merge"sv,
                                "mongoDb"sv,
                                "moveBinaryData"sv,
                                "mySql"sv,
                                "noOp"sv,
                                "postgres"sv,
                                "readBinaryFile"sv,
                                "readBinaryFiles"sv,
                                "readPDF"sv,
                                "readWriteFile"sv,
                                "redis"sv,
                                "removeDuplicates"sv,
                                "renameKeys"sv,
                                "respondToWebhook"sv,
                                "set"sv,
                                "sort"sv,
                                "splitInBatches"sv,
                                "splitOut"sv,
                                "spreadsheetFile"sv,
                                "start"sv,
                                "stickyNote"sv,
                                "stopAndError"sv,
                                "summarize"sv,
                                "switch"sv,
                                "totp"sv,
                                "wait"sv,
                                "webhook"sv,
                                "writeBinaryFile"sv,
                                "xml"sv};

constexpr std::array kOldTriggers = {"cron"sv, "interval"sv, "emailReadImap"sv};

std::string_view short_type(const n8n::Tree& node) {
  const std::string_view type = node["type"].string();
  return type.substr(type.rfind('.') + 1);
}

template <typename List>
bool contains(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

const Mock& mock_for(const n8n::Tree& node) {
  const std::string url = node["parameters"]["url"].string();
  for (const Mock& mock : kMocks) {
    const bool type_fits = mock.type.empty() || mock.type == short_type(node);
    if (type_fits && (mock.url_part.empty() || text::contains(url, mock.url_part))) return mock;
  }
  return kMocks[std::size(kMocks) - 1];
}

constexpr std::string_view kHelpers =
    "const seed = (text) => { let h = 2166136261; for (const c of text) { h = Math.imul(h ^ c.codePointAt(0), "
    "16777619) >>> 0; } return h; };\n"
    "const id = (text) => '1' + String(seed(text)).padStart(10, '0') + String(seed(text + '#') % "
    "10000000).padStart(7, '0');\n"
    "const vector = (text) => Array.from({ length: 384 }, (_, i) => ((seed(text + i) % 2001) - 1000) / 1000);\n";

// answers: an object for every item; a list of objects as items; {"cases": [{"when", "answer"}],
// "otherwise"}: the first case whose text occurs in the input item.
constexpr std::string_view kChoose =
    "const choose = (item, key, index) => {\n"
    "  if (answers && Array.isArray(answers.cases)) {\n"
    "    const text = JSON.stringify(item.json);\n"
    "    const hit = answers.cases.find((one) => text.includes(one.when));\n"
    "    return hit ? hit.answer : answers.otherwise ?? standard(item, key, index);\n"
    "  }\n"
    "  return answers ?? standard(item, key, index);\n"
    "};\n"
    "return $input.all().flatMap((item, index) => {\n"
    "  const key = node + '/' + index + '/' + JSON.stringify(item.json);\n"
    "  const answer = choose(item, key, index);\n"
    "  return (Array.isArray(answer) ? answer : [answer]).map((json) => ({ json: wrap(json), pairedItem: { item: index "
    "} "
    "}));\n"
    "});\n";

}  // namespace

Treatment treatment_of(const n8n::Tree& node) {
  const std::string_view type = short_type(node);
  const bool is_base = node["type"].string().starts_with("n8n-nodes-base.");
  if (is_base && contains(kInward, type)) return Treatment::keep;
  if (type == "manualChatTrigger") return Treatment::keep;
  if (type.ends_with("Trigger") || (is_base && contains(kOldTriggers, type))) return Treatment::become_webhook;
  return Treatment::mock;
}

std::string literal_host(const n8n::Tree& node) {
  std::string_view url = node["parameters"]["url"].string();
  if (url.starts_with('=')) url.remove_prefix(1);
  const std::size_t begin = url.find("://");
  if (begin == std::string_view::npos) return {};
  const std::size_t end = url.find_first_of("/?#", begin + 3);
  // A host that runs into an expression is not known.
  if (text::contains(url.substr(0, end), "{{")) return {};
  const auto parsed = http::parse_url(url.substr(0, end));
  return parsed ? parsed->host : std::string();
}

std::string mock_code(const n8n::Tree& node, const n8n::Tree& answer, std::string_view replay) {
  std::string code =
      "// Made by kairon for the dev environment: answers instead of " + text::printable(node["type"].string()) + ".\n";
  code += "const node = " + n8n::Tree(node["name"].string()).dump() + ";\n";
  code += "const answers = " + answer.dump() + ";\n";
  code += replay;
  code += kHelpers;
  code += "const standard = (item, key, index) => (";
  code += mock_for(node).answer;
  code += ");\n";
  const bool full = node["parameters"]["options"]["response"]["response"]["fullResponse"].boolean_or(false);
  code += full ? "const wrap = (json) => ({ body: json, headers: {}, statusCode: 200, statusMessage: 'OK' });\n"
               : "const wrap = (json) => json;\n";
  code += kChoose;
  return code;
}

}  // namespace kairon::deploy
