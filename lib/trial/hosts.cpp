#include "trial/hosts.h"

#include <array>
#include <string_view>

#include "base/format.h"
#include "base/text.h"
#include "trial/plain_session.h"

namespace kairon::trial {

namespace {

constexpr std::array<std::string_view, 11> kSupabaseRoles = {"anon",
                                                             "authenticated",
                                                             "service_role",
                                                             "authenticator",
                                                             "dashboard_user",
                                                             "supabase_admin",
                                                             "supabase_auth_admin",
                                                             "supabase_storage_admin",
                                                             "supabase_functions_admin",
                                                             "supabase_replication_admin",
                                                             "supabase_read_only_user"};

/// Columns as Supabase documents its auth and storage schemas.
constexpr const char* kSupabase = R"sql(
CREATE SCHEMA IF NOT EXISTS auth;
CREATE SCHEMA IF NOT EXISTS storage;
CREATE SCHEMA IF NOT EXISTS extensions;
CREATE SCHEMA IF NOT EXISTS realtime;
CREATE SCHEMA IF NOT EXISTS graphql_public;
CREATE SCHEMA IF NOT EXISTS vault;
CREATE TABLE IF NOT EXISTS auth.users (
  id uuid PRIMARY KEY, instance_id uuid, aud varchar(255), role varchar(255), email varchar(255), encrypted_password varchar(255),
  email_confirmed_at timestamptz, invited_at timestamptz, confirmation_token varchar(255), confirmation_sent_at timestamptz,
  recovery_token varchar(255), recovery_sent_at timestamptz, email_change varchar(255), email_change_sent_at timestamptz,
  last_sign_in_at timestamptz, raw_app_meta_data jsonb, raw_user_meta_data jsonb, is_super_admin boolean, created_at timestamptz,
  updated_at timestamptz, phone text, phone_confirmed_at timestamptz, confirmed_at timestamptz, banned_until timestamptz,
  is_sso_user boolean NOT NULL DEFAULT false, deleted_at timestamptz, is_anonymous boolean NOT NULL DEFAULT false);
CREATE TABLE IF NOT EXISTS auth.identities (
  id uuid PRIMARY KEY, provider_id text, user_id uuid REFERENCES auth.users (id) ON DELETE CASCADE, identity_data jsonb,
  provider text, last_sign_in_at timestamptz, created_at timestamptz, updated_at timestamptz, email text);
CREATE TABLE IF NOT EXISTS auth.sessions (
  id uuid PRIMARY KEY, user_id uuid REFERENCES auth.users (id) ON DELETE CASCADE, created_at timestamptz, updated_at timestamptz,
  factor_id uuid, aal text, not_after timestamptz);
CREATE OR REPLACE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT nullif(current_setting(''request.jwt.claim.sub'', true), '''')::uuid';
CREATE OR REPLACE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS 'SELECT nullif(current_setting(''request.jwt.claim.role'', true), '''')';
CREATE OR REPLACE FUNCTION auth.email() RETURNS text LANGUAGE sql STABLE AS 'SELECT nullif(current_setting(''request.jwt.claim.email'', true), '''')';
CREATE OR REPLACE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS 'SELECT nullif(current_setting(''request.jwt.claims'', true), '''')::jsonb';
CREATE TABLE IF NOT EXISTS storage.buckets (
  id text PRIMARY KEY, name text NOT NULL UNIQUE, owner uuid, created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now(),
  public boolean DEFAULT false, avif_autodetection boolean DEFAULT false, file_size_limit bigint, allowed_mime_types text[], owner_id text);
CREATE TABLE IF NOT EXISTS storage.objects (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), bucket_id text REFERENCES storage.buckets (id), name text, owner uuid,
  created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now(), last_accessed_at timestamptz DEFAULT now(),
  metadata jsonb, path_tokens text[], version text, owner_id text, user_metadata jsonb);
ALTER TABLE storage.buckets ENABLE ROW LEVEL SECURITY;
ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY;
CREATE OR REPLACE FUNCTION storage.foldername(name text) RETURNS text[] LANGUAGE sql STABLE AS 'SELECT (string_to_array(name, ''/''))[1:cardinality(string_to_array(name, ''/'')) - 1]';
CREATE OR REPLACE FUNCTION storage.filename(name text) RETURNS text LANGUAGE sql STABLE AS 'SELECT (string_to_array(name, ''/''))[cardinality(string_to_array(name, ''/''))]';
CREATE OR REPLACE FUNCTION storage.extension(name text) RETURNS text LANGUAGE sql STABLE AS 'SELECT reverse(split_part(reverse(name), ''.'', 1))';
)sql";

}  // namespace

void make_host(const std::string& host, postgres::Connection& db, HostRole role) {
  if (host != "supabase") return;
  if (role == HostRole::owner) {
    db.must(kSupabase);
    return;
  }
  for (const std::string_view name : kSupabaseRoles)
    if (!db.must(format("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = '{}')", name)).boolean(0, 0))
      db.must(format("CREATE ROLE {} NOLOGIN", name));
  db.must(format("GRANT anon, authenticated, service_role TO {}", kTrialRole));
  if (!db.must("SELECT EXISTS (SELECT FROM pg_publication WHERE pubname = 'supabase_realtime')").boolean(0, 0))
    db.must(
        format("CREATE PUBLICATION supabase_realtime; ALTER PUBLICATION supabase_realtime OWNER TO {}", kTrialRole));
  db.must(format("SET ROLE {}", kTrialRole));
  db.must(kSupabase);
  db.must("RESET ROLE");
  for (const std::string_view name : {"uuid-ossp", "pgcrypto"})
    if (db.must(format("SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = '{}')", name)).boolean(0, 0))
      db.must(format("CREATE EXTENSION IF NOT EXISTS \"{}\" WITH SCHEMA extensions", name));
  db.must(format("ALTER ROLE {} SET search_path = \"$user\", public, extensions", kTrialRole));
}

std::string host_of(const postgres::SqlError& error) {
  for (const std::string_view name :
       {"schema \"auth\"", "schema \"storage\"", "schema \"extensions\"", "relation \"auth.users\"",
        "relation \"storage.", "function auth.uid", "function auth.jwt", "function auth.role", "role \"anon\"",
        "role \"authenticated\"", "role \"service_role\"", "publication \"supabase_realtime\"", "relation \"auth."})
    if (text::contains(error.message, name)) return "supabase";
  return {};
}

}  // namespace kairon::trial
