#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "migration/file.h"
#include "postgres/connection.h"

namespace kairon::trial {

/// What becomes of a statement that the plain role may not run (42501 insufficient_privilege).
enum class Denied {
  failure,   ///< the statement fails
  repeat,    ///< its kind is on the short list of what may be repeated as superuser
  left_out,  ///< passes without being run: only a superuser of the real server has a use for it
  escape     ///< it reaches beyond its database, and fails
};

/// Decides by the statement's kind and by what it names, never by the error alone: repeated are extensions of a
/// list, publications, event triggers (whose code is not run), triggers of foreign keys switched off and on, and roles,
/// memberships and owners among plain roles. `admin` is asked which roles are plain; `index` is the statement's.
[[nodiscard]] Denied after_denial(const migration::File& file, std::size_t index, postgres::Connection& admin);

/// The roles without special powers that a DO block makes.
[[nodiscard]] std::vector<std::string> roles_inside(const migration::File& file, std::size_t index,
                                                    postgres::Connection& admin);

/// Returns `text`, the statement's, with NULL in the place of what makes such a role. The server refuses CREATE ROLE to
/// the plain role before it looks whether the role is there, so that a block which expects duplicate_object fails.
[[nodiscard]] std::string without_roles_inside(const migration::File& file, std::size_t index, std::string text,
                                               postgres::Connection& admin);

/// True for a statement about owners, privileges and memberships alone.
[[nodiscard]] bool is_about_roles(const migration::File& file, std::size_t index);

/// The roles that a DROP ROLE names; empty for other statements.
[[nodiscard]] std::vector<std::string> dropped_roles(const migration::File& file, std::size_t index);

/// True when a role cannot be dropped (2BP01 dependent_objects_still_exist) for what other databases than `database`
/// hold alone: on the trial's server those are copies of the real one.
[[nodiscard]] bool is_held_by_copies(const postgres::SqlError& error, std::string_view database);

/// No room on the disk, no memory: not the migration's fault. Too many locks are: its own server would refuse them too.
/// A file that may not grow (EFBIG) is no
/// "insufficient resources" (class 53) for the server.
[[nodiscard]] bool lacks_resources(const postgres::SqlError& error);

}  // namespace kairon::trial
