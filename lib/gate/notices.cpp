#include "gate/notices.h"

#include "base/format.h"
#include "base/message.h"
#include "base/terminal.h"
#include "check/check.h"

namespace kairon::gate {

using terminal::Channel;

void say_notices(const config::Settings& settings) {
  for (const config::Notice& notice : check::notices_of(settings))
    terminal::print(Channel::err, rendered("kairon: ", notice.message));
}

void say_notes(const check::Judgement& judgement, bool all) {
  for (const std::string& note : judgement.notes) terminal::print(Channel::err, format("kairon: {}", note));
  if (!judgement.no_catalogue.empty() && (all || judgement.pinned))
    terminal::print(Channel::err, format("kairon: {} (rules that need it are off)", judgement.no_catalogue));
}

}  // namespace kairon::gate
