#include "postgres/reply.h"

#include <charconv>

#include "base/format.h"
#include "base/text.h"

namespace kairon::postgres {

namespace {

constexpr std::size_t kLongest = 8192;

/// SQL of a stranger can raise a message of a gigabyte, which nobody reads and every output would repeat.
std::string error_field(const PGresult* result, int code) {
  const char* value = PQresultErrorField(result, code);
  const std::string_view whole = value == nullptr ? std::string_view() : std::string_view(value);
  if (whole.size() <= kLongest) return std::string(whole);
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(whole[end]) & 0xC0U) == 0x80U) --end;
  return std::string(whole.substr(0, end)) + "...";
}

template <typename Number>
Number number_of(std::string_view digits) {
  Number value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

}  // namespace

std::string SqlError::text() const {
  std::string out = message;
  std::string extra = detail;
  if (!hint.empty()) extra += (extra.empty() ? "" : "; ") + hint;
  if (!extra.empty()) out += format(" ({})", extra);
  if (!sqlstate.empty()) out += format(" [{}]", sqlstate);
  return text::printable(text::replace_all(out, "\n", " "));
}

SqlError error_of(const PGresult* result) {
  SqlError error;
  error.sqlstate = error_field(result, PG_DIAG_SQLSTATE);
  error.message = error_field(result, PG_DIAG_MESSAGE_PRIMARY);
  error.detail = error_field(result, PG_DIAG_MESSAGE_DETAIL);
  error.hint = error_field(result, PG_DIAG_MESSAGE_HINT);
  error.context = error_field(result, PG_DIAG_CONTEXT);
  error.position = number_of<std::size_t>(error_field(result, PG_DIAG_STATEMENT_POSITION));
  if (error.message.empty())
    error.message = text::trim(std::string_view(PQresultErrorMessage(result)).substr(0, kLongest));
  return error;
}

Reply::Reply() = default;

std::size_t Reply::size() const noexcept { return rows_ ? static_cast<std::size_t>(PQntuples(rows_->result)) : 0; }
std::size_t Reply::columns() const noexcept { return rows_ ? static_cast<std::size_t>(PQnfields(rows_->result)) : 0; }

std::string_view Reply::column(std::size_t index) const noexcept {
  if (index >= columns()) return {};
  return PQfname(rows_->result, static_cast<int>(index));
}

std::uint32_t Reply::type(std::size_t column) const noexcept {
  return column < columns() ? PQftype(rows_->result, static_cast<int>(column)) : 0;
}

bool Reply::of_table(std::size_t column) const noexcept {
  return column < columns() && PQftable(rows_->result, static_cast<int>(column)) != InvalidOid;
}

std::string_view Reply::text(std::size_t row, std::size_t column) const noexcept {
  if (row >= size() || column >= columns()) return {};
  const int r = static_cast<int>(row);
  const int c = static_cast<int>(column);
  return {PQgetvalue(rows_->result, r, c), static_cast<std::size_t>(PQgetlength(rows_->result, r, c))};
}

bool Reply::null(std::size_t row, std::size_t column) const noexcept {
  if (row >= size() || column >= columns()) return true;
  return PQgetisnull(rows_->result, static_cast<int>(row), static_cast<int>(column)) == 1;
}

long long Reply::integer(std::size_t row, std::size_t column) const noexcept {
  return number_of<long long>(text(row, column));
}

bool Reply::boolean(std::size_t row, std::size_t column) const noexcept { return text(row, column) == "t"; }

std::string_view Reply::tag() const noexcept { return rows_ ? std::string_view(PQcmdStatus(rows_->result)) : ""; }

long long Reply::affected() const noexcept { return rows_ ? number_of<long long>(PQcmdTuples(rows_->result)) : 0; }

}  // namespace kairon::postgres
