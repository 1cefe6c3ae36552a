#include "backup/manifest.h"
#include "base/format.h"
#include "base/text.h"
#include "json/document.h"

namespace kairon::backup {

namespace {

using json::Value;
using json::Writer;

void write(Writer& out, const StoredFile& file) {
  out.begin_object();
  out.key("name").string(file.name);
  out.key("bytes").integer(file.bytes);
  out.key("sha256").string(file.sha256);
  out.key("content_sha256").string(file.content_sha256);
  out.end_object();
}

void write(Writer& out, const DatabaseShape& shape) {
  out.begin_object();
  out.key("name").string(shape.name);
  out.key("owner").string(shape.owner);
  out.key("encoding").string(shape.encoding);
  out.key("collate").string(shape.collate);
  out.key("ctype").string(shape.ctype);
  out.key("provider").string(shape.provider);
  out.key("locale").string(shape.locale);
  out.key("comment").string(shape.comment);
  out.key("bytes").integer(shape.bytes);
  out.key("connection_limit").integer(shape.connection_limit);
  out.key("is_template").boolean(shape.is_template);
  out.key("tablespace").string(shape.tablespace);
  out.key("settings").begin_array();
  for (const auto& [role, setting] : shape.settings) out.begin_array().string(role).string(setting).end_array();
  out.end_array();
  out.key("grants").begin_array();
  for (const std::string& grant : shape.grants) out.string(grant);
  out.end_array();
  out.key("roles").begin_array();
  for (const std::string& role : shape.roles) out.string(role);
  out.end_array();
  out.key("tablespaces").begin_array();
  for (const std::string& tablespace : shape.tablespaces) out.string(tablespace);
  out.end_array();
  out.end_object();
}

void write(Writer& out, const DatabaseRecord& record) {
  out.begin_object();
  write(out.key("file"), record.file);
  write(out.key("database"), record.shape);
  out.key("server_version").string(record.server_version);
  out.key("major").integer(record.major);
  out.key("pg_dump").string(record.pg_dump_version);
  out.key("tables").begin_array();
  for (const TableRows& table : record.tables) out.begin_array().string(table.name).integer(table.rows).end_array();
  out.end_array();
  out.key("schema_sha256").string(record.schema_sum);
  out.key("schema").begin_array();
  for (const ObjectSum& object : record.schema)
    out.begin_array().string(object.kind).string(object.name).string(object.sum).end_array();
  out.end_array();
  out.end_object();
}

StoredFile file_of(const Value& value) {
  return {std::string(value["name"].string()), static_cast<long long>(value["bytes"].number(-1)),
          std::string(value["sha256"].string()), std::string(value["content_sha256"].string())};
}

DatabaseShape shape_of(const Value& value) {
  DatabaseShape shape;
  shape.name = value["name"].string();
  shape.owner = value["owner"].string();
  shape.encoding = value["encoding"].string();
  shape.collate = value["collate"].string();
  shape.ctype = value["ctype"].string();
  shape.provider = value["provider"].string();
  shape.locale = value["locale"].string();
  shape.comment = value["comment"].string();
  shape.bytes = static_cast<long long>(value["bytes"].number());
  shape.connection_limit = static_cast<int>(value["connection_limit"].number(-1));
  shape.is_template = value["is_template"].boolean();
  shape.tablespace = value["tablespace"].string();
  for (const Value one : value["settings"]) shape.settings.emplace_back(one.at(0).string(), one.at(1).string());
  for (const Value one : value["grants"]) shape.grants.emplace_back(one.string());
  for (const Value one : value["roles"]) shape.roles.emplace_back(one.string());
  for (const Value one : value["tablespaces"]) shape.tablespaces.emplace_back(one.string());
  return shape;
}

DatabaseRecord record_of(const Value& value) {
  DatabaseRecord record;
  record.file = file_of(value["file"]);
  record.shape = shape_of(value["database"]);
  record.server_version = value["server_version"].string();
  record.major = static_cast<int>(value["major"].number());
  record.pg_dump_version = value["pg_dump"].string();
  for (const Value one : value["tables"])
    record.tables.push_back({std::string(one.at(0).string()), static_cast<long long>(one.at(1).number())});
  record.schema_sum = value["schema_sha256"].string();
  for (const Value one : value["schema"])
    record.schema.push_back(
        {std::string(one.at(0).string()), std::string(one.at(1).string()), std::string(one.at(2).string())});
  return record;
}

/// A name that stays inside the backup's folder: the manifest may have come from elsewhere.
bool is_plain(const StoredFile& file) {
  return !file.name.empty() && file.name.front() != '.' && file.name.find('/') == std::string::npos && file.bytes >= 0;
}

}  // namespace

std::string to_json(const Manifest& manifest) {
  Writer out(Writer::Style::pretty);
  out.begin_object();
  out.key("version").integer(1);
  out.key("environment").string(manifest.environment);
  out.key("begun").string(stamp_of(manifest.begun));
  out.key("ended").string(stamp_of(manifest.ended));
  out.key("tool").string(manifest.tool);
  out.key("reason").string(manifest.reason);
  out.key("encryption").string(name_of(manifest.encryption));
  if (manifest.database) write(out.key("database"), *manifest.database);
  if (manifest.workflows) {
    out.key("workflows").begin_object();
    write(out.key("file"), manifest.workflows->file);
    out.key("url").string(manifest.workflows->url);
    out.key("workflows").integer(manifest.workflows->workflows);
    out.key("tags").integer(manifest.workflows->tags);
    out.end_object();
  }
  out.end_object();
  return out.take() + "\n";
}

Result<Manifest> parse_manifest(std::string text) {
  const auto parsed = json::Document::parse(std::move(text));
  if (parsed.error) return Failure{"the manifest is not JSON: " + parsed.error->message};
  const Value root = parsed.document->root();
  if (root["version"].number() != 1) return Failure{"the manifest is of another version of Kairon Gate"};
  Manifest manifest;
  manifest.environment = root["environment"].string();
  const auto begun = parse_stamp(root["begun"].string());
  const auto ended = parse_stamp(root["ended"].string());
  if (!begun || !ended) return Failure{"the manifest holds no time"};
  manifest.begun = *begun;
  manifest.ended = *ended;
  manifest.tool = root["tool"].string();
  manifest.reason = root["reason"].string();
  const std::string_view encryption = root["encryption"].string();
  manifest.encryption = encryption == "age"   ? Encryption::age
                        : encryption == "gpg" ? Encryption::gpg
                                              : Encryption::none;
  if (root["database"]) manifest.database = record_of(root["database"]);
  if (root["workflows"]) {
    const Value workflows = root["workflows"];
    manifest.workflows = {file_of(workflows["file"]), std::string(workflows["url"].string()),
                          static_cast<long long>(workflows["workflows"].number()),
                          static_cast<long long>(workflows["tags"].number())};
  }
  const bool plain = (!manifest.database || is_plain(manifest.database->file)) &&
                     (!manifest.workflows || is_plain(manifest.workflows->file));
  if (!plain || (!manifest.database && !manifest.workflows)) return Failure{"the manifest names no file"};
  return manifest;
}

}  // namespace kairon::backup
