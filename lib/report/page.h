#pragma once
#include <string>
#include <string_view>

#include "report/markup.h"

namespace kairon::report {

/// Begins a self-contained page up to the inside of `main`: light and dark, made for print too, without
/// script and network, which its policy forbids. `style` comes after the page's own.
void open_page(const std::string& title, std::string_view style, Markup& out);

/// Ends what open_page() began and returns the page.
[[nodiscard]] std::string close_page(Markup& out);

}  // namespace kairon::report
