#pragma once
#include <functional>
#include <utility>

#include "n8n/api.h"

namespace kairon::n8n {

/// Sets Api::on_unanswered() and Api::on_sent() while alive.
class UnansweredNote {
 public:
  UnansweredNote(Api& api, std::function<void()> note, std::function<void(const Unanswered*)> sent) : api_(api) {
    api_.on_unanswered(std::move(note));
    api_.on_sent(std::move(sent));
  }
  ~UnansweredNote() {
    api_.on_unanswered({});
    api_.on_sent({});
  }
  UnansweredNote(const UnansweredNote&) = delete;
  UnansweredNote& operator=(const UnansweredNote&) = delete;

 private:
  Api& api_;
};

}  // namespace kairon::n8n
