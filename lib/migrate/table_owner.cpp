#include "migrate/table_owner.h"

#include <algorithm>

#include "base/format.h"

namespace kairon::migrate {

namespace {

constexpr TableOwner kGolangMigrate = {"golang-migrate", "golang-migrate", "migrate -path FOLDER -database URL up"};
constexpr TableOwner kDbmate = {"dbmate", "dbmate", "dbmate --url URL up"};
constexpr TableOwner kSupabase = {"the Supabase CLI", "supabase", "supabase db push"};
constexpr TableOwner kRails = {"Rails", "", "bin/rails db:migrate"};
constexpr TableOwner kEcto = {"Ecto", "", "mix ecto.migrate"};
constexpr TableOwner kUnknown = {"another program", "", "that program"};

}  // namespace

std::optional<TableOwner> foreign_owner(const std::vector<std::string>& columns, bool rails) {
  const auto has = [&columns](std::string_view name) {
    return std::find(columns.begin(), columns.end(), name) != columns.end();
  };
  if (has("dirty")) return kGolangMigrate;
  if (has("inserted_at")) return kEcto;
  if (has("statements")) return kSupabase;
  if (!has("version")) return kUnknown;
  if (has("applied_at") || has("checksum")) return std::nullopt;
  if (columns.size() > 1) return kUnknown;
  return rails ? kRails : kDbmate;
}

Error foreign_table_error(const std::string& database, const TableOwner& owner) {
  std::string remedy = format("run: {}", owner.up);
  if (!owner.layout.empty()) remedy += format("; to read its files and rows here: [kairon] layout = {}", owner.layout);
  return usage_error(
      format("{}: the table schema_migrations belongs to {}: it is neither read nor changed", database, owner.name),
      std::move(remedy));
}

}  // namespace kairon::migrate
