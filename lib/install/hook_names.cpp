#include "install/hook_names.h"

#include <algorithm>
#include <array>

namespace kairon::install {

namespace {

constexpr std::array kGated = {
    GatedHook{"pre-commit", "pre-commit"},     GatedHook{"pre-merge-commit", "pre-commit"},
    GatedHook{"pre-applypatch", "pre-commit"}, GatedHook{"pre-push", "pre-push"},
    GatedHook{"post-merge", "post-merge"},     GatedHook{"post-rewrite", "post-merge"},
    GatedHook{"post-checkout", "post-merge"},  GatedHook{"post-commit", "post-commit"},
};

constexpr std::array<std::string_view, 19> kOther = {
    "applypatch-msg", "post-applypatch",       "prepare-commit-msg", "commit-msg",       "pre-rebase",
    "pre-auto-gc",    "sendemail-validate",    "post-index-change",  "pre-receive",      "update",
    "proc-receive",   "post-receive",          "post-update",        "push-to-checkout", "reference-transaction",
    "p4-changelist",  "p4-prepare-changelist", "p4-post-changelist", "p4-pre-submit"};

}  // namespace

std::span<const GatedHook> gated_hooks() { return kGated; }

bool is_gated_hook(std::string_view name) {
  return std::any_of(kGated.begin(), kGated.end(), [name](const GatedHook& hook) { return hook.name == name; });
}

std::span<const std::string_view> other_hooks() { return kOther; }

bool is_hook_name(std::string_view name) {
  if (std::find(kOther.begin(), kOther.end(), name) != kOther.end()) return true;
  const bool plain = std::all_of(name.begin(), name.end(),
                                 [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  const std::size_t dash = name.find('-');
  return plain && dash != std::string_view::npos && dash > 0 && name.back() != '-';
}

}  // namespace kairon::install
