#include "smoke/curl_commands.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/one_of.h"
#include "base/text.h"
#include "smoke/shell_reader.h"

namespace kairon::smoke {

namespace {

/// Walks through the commands with the values of variables.
class ShellWalk {
 public:
  std::vector<CurlRequest> walk(const ShellList& script);

 private:
  static constexpr std::size_t kMostRequests = 2000;
  void run(const ShellList& commands);
  void simple(const ShellCommand& command);
  // What is read from elsewhere is "" here, and does not replace a value that is known.
  bool assign(const std::string& text, bool is_local);
  void call(const ShellCommand& function, const std::vector<std::string>& words, std::size_t line);
  std::string value(const ShellWord& word);
  std::string variable(const ShellPiece& piece);
  std::string output(const ShellList& commands);
  std::string moment(const ShellCommand& date);
  CurlRequest curl(const std::vector<std::string>& words, std::size_t line,
                   const std::optional<std::string>& input) const;
  std::map<std::string, const ShellCommand*> functions_;
  std::map<std::string, std::string> variables_;
  std::vector<std::string> arguments_;
  std::size_t call_line_ = 0;
  std::string called_;
  int depth_ = 0;
  std::vector<std::string> unknown_;  ///< what the word that is read takes from elsewhere
  std::vector<CurlRequest> found_;
};

std::vector<CurlRequest> ShellWalk::walk(const ShellList& script) {
  run(script);
  return std::move(found_);
}

void ShellWalk::run(const ShellList& commands) {
  constexpr int kDeepest = 20;
  if (depth_ >= kDeepest || found_.size() >= kMostRequests) return;
  ++depth_;
  for (const ShellCommand& one : commands) {
    if (one.kind == ShellCommand::Kind::function) functions_[one.name] = &one;
    if (one.kind == ShellCommand::Kind::loop) {
      for (const ShellWord& word : one.words) {
        variables_[one.name] = value(word);
        run(one.body);
      }
    }
    if (one.kind == ShellCommand::Kind::simple) simple(one);
  }
  --depth_;
}

void ShellWalk::simple(const ShellCommand& command) {
  std::vector<std::string> words;
  std::vector<std::string> unknown;
  bool assigning = true;
  bool is_local = false;
  for (const ShellWord& word : command.words) {
    unknown_.clear();
    std::string text = value(word);
    const std::string_view trimmed = text::trim(text);
    if (trimmed.starts_with('{') || trimmed.starts_with('['))
      unknown.insert(unknown.end(), unknown_.begin(), unknown_.end());
    const bool declares =
        words.empty() && (text == "local" || text == "export" || text == "declare" || text == "readonly");
    is_local = is_local || (declares && text == "local");
    if (declares) continue;
    if (assigning && assign(text, is_local)) continue;
    assigning = false;
    words.push_back(std::move(text));
  }
  if (words.empty()) return;
  const auto function = functions_.find(words.front());
  if (words.front() == "curl") {
    const bool reads = !command.documents.empty();
    const auto input = reads ? std::optional(value(command.documents.front())) : std::nullopt;
    CurlRequest request = curl(words, call_line_ == 0 ? command.line : call_line_, input);
    request.unknown = std::move(unknown);
    found_.push_back(std::move(request));
  } else if (function != functions_.end()) {
    call(*function->second, words, command.line);
  }
}

bool ShellWalk::assign(const std::string& text, bool is_local) {
  std::size_t end = 0;
  while (end < text.size() && is_name_byte(text[end])) ++end;
  if (end == 0 || end >= text.size() || text[end] != '=') return false;
  std::string& variable = variables_[text.substr(0, end)];
  if (is_local || end + 1 < text.size()) variable = text.substr(end + 1);
  return true;
}

void ShellWalk::call(const ShellCommand& function, const std::vector<std::string>& words, std::size_t line) {
  const auto outer = arguments_;
  const std::size_t outer_line = call_line_;
  const std::string outer_call = called_;
  arguments_.assign(words.begin() + 1, words.end());
  if (call_line_ == 0) {
    call_line_ = line;
    std::vector<std::string> shown;
    for (const std::string& one : arguments_)
      if (!text::trim(one).empty()) shown.emplace_back(text::trim(one));
    called_ = text::join(shown, " - ");
  }
  run(function.body);
  arguments_ = outer;
  call_line_ = outer_line;
  called_ = outer_call;
}

std::string ShellWalk::value(const ShellWord& word) {
  std::string out;
  for (const ShellPiece& piece : word) {
    if (piece.kind == ShellPiece::Kind::text) out += piece.text;
    if (piece.kind == ShellPiece::Kind::variable) out += variable(piece);
    if (piece.kind == ShellPiece::Kind::output) {
      const std::string made = output(*piece.commands);
      if (made.empty()) unknown_.emplace_back("$(...)");
      out += made;
    }
  }
  return out;
}

std::string ShellWalk::variable(const ShellPiece& piece) {
  const std::string& name = piece.text;
  std::string out;
  if (name == "@" || name == "*") {
    out = text::join(arguments_, " ");
  } else if (name.size() == 1 && name[0] >= '1' && name[0] <= '9') {
    const auto index = static_cast<std::size_t>(name[0] - '1');
    if (index < arguments_.size()) out = arguments_[index];
  } else if (const auto found = variables_.find(name); found != variables_.end()) {
    out = found->second;
  }
  const bool is_name = !name.empty() && (name[0] < '0' || name[0] > '9') && name != "@" && name != "*";
  if (is_name && !variables_.contains(name) && piece.otherwise.empty()) unknown_.push_back("$" + name);
  return out.empty() ? piece.otherwise : out;
}

std::string ShellWalk::output(const ShellList& commands) {
  for (const ShellCommand& one : commands) {
    if (one.kind != ShellCommand::Kind::simple || one.words.empty()) continue;
    const std::string name = literal_of(one.words.front());
    if (name == "cat" && !one.documents.empty()) {
      std::string text = value(one.documents.front());
      while (text.ends_with('\n')) text.pop_back();
      return text;
    }
    if (name == "date") return moment(one);
  }
  run(commands);
  return {};
}

std::string ShellWalk::moment(const ShellCommand& date) {
  std::string form;
  for (const ShellWord& word : date.words)
    if (const std::string text = value(word); text.starts_with('+')) form = text;
  if (text::contains(form, "%s")) return text::contains(form, "%N") ? "1767268800000000000" : "1767268800";
  return text::contains(form, "T") || form.empty() ? "2026-01-01T12:00:00.000Z" : "2026-01-01";
}

CurlRequest ShellWalk::curl(const std::vector<std::string>& words, std::size_t line,
                            const std::optional<std::string>& input) const {
  CurlRequest out{line, called_, {}, {}, {}, {}};
  bool in_query = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string option = words[i];
    std::optional<std::string> attached;
    if (const std::size_t equals = option.find('='); option.starts_with("--") && equals != std::string::npos) {
      attached = option.substr(equals + 1);
      option.resize(equals);
    } else if (option.size() > 2 && option[0] == '-' && option[1] != '-') {
      // -sX POST, -XPOST, -d@file: switches, then at most one option with a value.
      const std::size_t letter = option.find_first_of("XHduowmbcAeFT", 1);
      if (letter == std::string::npos) {
        in_query = in_query || text::contains(option, "G");
        continue;
      }
      if (letter + 1 < option.size()) attached = option.substr(letter + 1);
      option = std::string("-") + option[letter];
    }
    const auto next = [&] { return attached ? *attached : i + 1 < words.size() ? words[++i] : std::string(); };
    if (!option.starts_with('-')) {
      out.url = option;
    } else if (option == "-X" || option == "--request") {
      out.method = next();
    } else if (option == "--url") {
      out.url = next();
    } else if (is_one_of(option, {"-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json"})) {
      std::string data = next();
      if (data == "@-" && input) data = *input;
      if (data.starts_with('@') && option != "--data-raw") out.problem = "its data is a file";
      out.body += (out.body.empty() ? "" : "&") + data;
    } else if (is_one_of(option, {"-F", "--form", "-T", "--upload-file", "--data-urlencode"})) {
      out.problem = "it sends a form or a file";
      static_cast<void>(next());
    } else if (option == "-G" || option == "--get") {
      in_query = true;
    } else if (is_one_of(option, {"-H",        "-u",           "-o",           "-w",         "-m",
                                  "-b",        "-c",           "-A",           "-e",         "--header",
                                  "--user",    "--output",     "--write-out",  "--max-time", "--connect-timeout",
                                  "--cookie",  "--cookie-jar", "--user-agent", "--retry",    "--cacert",
                                  "--resolve", "--referer"})) {
      static_cast<void>(next());
    }
  }
  if (in_query && !out.body.empty()) {
    out.url += (text::contains(out.url, "?") ? "&" : "?") + std::exchange(out.body, "");
    if (out.method.empty()) out.method = "GET";
  }
  if (out.method.empty()) out.method = out.body.empty() ? "GET" : "POST";
  return out;
}

}  // namespace

std::vector<CurlRequest> curl_commands(std::string_view script) {
  const ShellList commands = read_shell(script);
  return ShellWalk().walk(commands);
}

}  // namespace kairon::smoke
