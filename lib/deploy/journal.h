#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"

namespace kairon::deploy {

/// The deployment journal of one environment, on disk in the git dir that all work trees share
/// (`<common>/kairon/deploy/<environment>/`, files of mode 0600): what is being done right now
/// (`open.json`), what was left on the server (`state.json`) and what was done (`history.jsonl`).
/// The texts belong to who writes them; this class keeps them whole. Every member throws
/// Error(environment) when the disk does not play along.
class Journal {
 public:
  Journal(const std::string& common_dir, std::string environment);

  [[nodiscard]] const std::string& environment() const noexcept { return environment_; }
  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }

  /// Keeps other processes of this repository away from the environment until the object goes:
  /// flock(2), which the kernel gives back however the process ends. Throws Error(environment)
  /// naming the process that has it.
  [[nodiscard]] file::Descriptor hold();
  /// The process that holds it at this moment, 0 when nobody does.
  [[nodiscard]] int holder() const;

  /// The record of a deployment that has begun and not ended; nothing when there is none.
  [[nodiscard]] std::optional<std::string> open_record() const;
  /// Writes (or replaces) the open record; returns when it is on the disk.
  void begin(std::string_view record);
  /// Appends one line to the history, then forgets the open record. In this order a crash leaves
  /// the record, never neither.
  void end(std::string_view history_line);
  /// Appends one line to the history only.
  void note(std::string_view history_line);

  /// Notes the write that is about to be sent, "" when it was answered. Survives the process, not the
  /// machine: it is not synced. Does nothing when the disk does not play along.
  void set_sent(std::string_view write) const noexcept;
  /// The write that a killed run was sending, "" when there is none.
  [[nodiscard]] std::string sent() const;

  /// Notes the lock that n8n holds for this repository (LockNote). Does nothing when the disk does not play along.
  void set_lock_tag(std::string_view tag) const noexcept;
  [[nodiscard]] std::string lock_tag() const;

  /// What the last deployment left, "" when there was none.
  [[nodiscard]] std::string state() const;
  void set_state(std::string_view state);

  /// What is known of the descriptions on the server (Descriptions); "" when nothing is.
  [[nodiscard]] std::string descriptions() const;
  void set_descriptions(std::string_view text);

  /// The history, oldest first.
  [[nodiscard]] std::vector<std::string> history() const;

 private:
  [[nodiscard]] std::string file(std::string_view name) const;
  void make_folder() const;
  void note_in(std::string_view name, std::string_view text) const noexcept;
  std::string environment_;
  std::string folder_;
};

}  // namespace kairon::deploy
