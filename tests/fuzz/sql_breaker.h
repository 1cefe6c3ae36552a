#pragma once
#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

#include "base/file.h"
#include "fuzz/mutate.h"
#include "sql/token.h"

namespace kairon::test {

/// Breaks the structure of SQL, not its bytes: tokens of one script stand in another, groups in parentheses are
/// emptied, doubled and nested, statements change places or move into a function's body.
class SqlBreaker {
 public:
  /// `seeds` are scripts; every `.sql` file below `folder` is one more.
  SqlBreaker(Mutator& mutator, std::vector<std::string> seeds, const std::string& folder) : mutator_(mutator) {
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
      if (entry.path().extension() == ".sql") paths.push_back(entry.path().string());
    std::sort(paths.begin(), paths.end());
    for (const std::string& path : paths)
      if (auto text = file::read(path); text.ok()) seeds.push_back(std::move(*text));
    for (const std::string& seed : seeds) seeds_.push_back(pieces_of(seed));
  }

  [[nodiscard]] std::size_t seeds() const { return seeds_.size(); }

  [[nodiscard]] std::string broken() {
    Pieces pieces = any_seed();
    for (std::size_t rounds = mutator_.below(5); rounds > 0; --rounds) change(pieces);
    return joined(pieces);
  }

 private:
  struct Piece {
    sql::TokenKind kind = sql::TokenKind::other;
    std::string text;
  };
  using Pieces = std::vector<Piece>;

  static Pieces pieces_of(const std::string& text) {
    Pieces pieces;
    for (const sql::Token& token : sql::tokens(text))
      pieces.push_back({token.kind, text.substr(token.begin, token.end - token.begin)});
    return pieces;
  }

  const Pieces& any_seed() { return seeds_[mutator_.below(seeds_.size())]; }

  void change(Pieces& pieces) {
    if (pieces.empty()) return;
    const std::size_t at = mutator_.below(pieces.size());
    const auto place = pieces.begin() + static_cast<std::ptrdiff_t>(at);
    switch (mutator_.below(9)) {
      case 0:
        pieces.erase(place);
        return;
      case 1:
        pieces.insert(place, Piece(*place));
        return;
      case 2:
        std::swap(pieces[at], pieces[mutator_.below(pieces.size())]);
        return;
      case 3:
      case 4:
        return replace_by_its_kind(pieces[at]);
      case 5:
        return insert_run(pieces, at);
      case 6:
        return change_group(pieces);
      case 7:
        return change_statement(pieces);
      default:
        pieces[at].text = mutator_.damaged(pieces[at].text, kSigns);
    }
  }

  void replace_by_its_kind(Piece& piece) {
    const Pieces& other = any_seed();
    for (std::size_t tries = 20; tries > 0 && !other.empty(); --tries) {
      const Piece& found = other[mutator_.below(other.size())];
      if (found.kind != piece.kind) continue;
      piece = found;
      return;
    }
  }

  void insert_run(Pieces& pieces, std::size_t at) {
    const Pieces& other = any_seed();
    if (other.empty()) return;
    const std::size_t begin = mutator_.below(other.size());
    const std::size_t count = std::min(other.size() - begin, 1 + mutator_.below(8));
    const Pieces run(other.begin() + static_cast<std::ptrdiff_t>(begin),
                     other.begin() + static_cast<std::ptrdiff_t>(begin + count));
    pieces.insert(pieces.begin() + static_cast<std::ptrdiff_t>(at), run.begin(), run.end());
  }

  /// A group in parentheses: gone, empty, twice, or nested up to two hundred times.
  void change_group(Pieces& pieces) {
    std::vector<std::size_t> opened;
    for (std::size_t i = 0; i < pieces.size(); ++i)
      if (pieces[i].text == "(") opened.push_back(i);
    if (opened.empty()) return;
    const std::size_t begin = opened[mutator_.below(opened.size())];
    std::size_t end = begin;
    for (std::size_t depth = 0; end < pieces.size(); ++end) {
      depth += pieces[end].text == "(" ? 1U : 0U;
      if (pieces[end].text == ")" && --depth == 0) break;
    }
    if (end == pieces.size()) return;
    const auto first = pieces.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = pieces.begin() + static_cast<std::ptrdiff_t>(end);
    const Pieces group(first, last + 1);
    switch (mutator_.below(4)) {
      case 0:
        pieces.erase(first, last + 1);
        return;
      case 1:
        pieces.erase(first + 1, last);
        return;
      case 2:
        pieces.insert(last + 1, group.begin(), group.end());
        return;
      default:
        const std::size_t times = 1 + mutator_.below(200);
        pieces.insert(last + 1, times, {sql::TokenKind::punctuation, ")"});
        pieces.insert(pieces.begin() + static_cast<std::ptrdiff_t>(begin), times, {sql::TokenKind::punctuation, "("});
    }
  }

  /// A statement: gone, twice, first, or inside of a body.
  void change_statement(Pieces& pieces) {
    std::vector<std::size_t> ends;
    for (std::size_t i = 0; i < pieces.size(); ++i)
      if (pieces[i].text == ";") ends.push_back(i + 1);
    if (ends.empty()) return;
    const std::size_t which = mutator_.below(ends.size());
    const auto begin = static_cast<std::ptrdiff_t>(which == 0 ? 0 : ends[which - 1]);
    const auto end = static_cast<std::ptrdiff_t>(ends[which]);
    const Pieces statement(pieces.begin() + begin, pieces.begin() + end);
    const std::size_t how = mutator_.below(4);
    if (how != 1) pieces.erase(pieces.begin() + begin, pieces.begin() + end);
    if (how == 1 || how == 2) pieces.insert(pieces.begin(), statement.begin(), statement.end());
    if (how == 3)
      pieces.insert(pieces.begin(),
                    {sql::TokenKind::other, kBodies[mutator_.below(kBodies.size())].first + joined(statement) +
                                                kBodies[mutator_.below(kBodies.size())].second});
  }

  [[nodiscard]] std::string joined(const Pieces& pieces) {
    static constexpr auto kGaps = std::to_array<std::string_view>({" ", " ", " ", "\n", "", "\t", " /* x */ ", "--\n"});
    const bool plain = mutator_.below(4) != 0;
    std::string out;
    for (const Piece& piece : pieces) {
      out += piece.text;
      out += piece.kind == sql::TokenKind::line_comment ? "\n" : plain ? " " : kGaps[mutator_.below(kGaps.size())];
    }
    return out;
  }

  static constexpr auto kSigns = std::to_array<std::string_view>({"'", "\"", "$$", "(", ";", "\\", "\xFF", "1", "a"});
  inline static const std::vector<std::pair<std::string, std::string>> kBodies = {
      {"DO $q$ BEGIN ", " END $q$;"},
      {"DO 'BEGIN ", " END';"},
      {"CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ ", " $$;"},
      {"CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN IF true THEN ", " END IF; END $f$;"},
      {"CREATE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC ", " END;"},
      {"BEGIN; ", " COMMIT;"}};

  Mutator& mutator_;
  std::vector<Pieces> seeds_;
};

}  // namespace kairon::test
