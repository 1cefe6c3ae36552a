#include "base/message.h"

#include "base/text.h"

namespace kairon {

std::string rendered(std::string_view lead, const Message& message, std::size_t indent) {
  std::string out(lead);
  out += message.text;
  if (!message.remedy.empty()) out.append("\n").append(indent, ' ').append("help: ").append(message.remedy);
  return out;
}

Message printable(const Message& message) { return {text::printable(message.text), text::printable(message.remedy)}; }

}  // namespace kairon
