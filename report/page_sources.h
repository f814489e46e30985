// The files of report/page as they were when the program was built.
#pragma once

#include <string>
#include <string_view>

namespace oddport::page_sources {

extern const std::string_view page;   // page.html, with places in {{braces}}
extern const std::string_view style;  // page.css

// All scripts in the order in which they run, as one function.
std::string script();

}  // namespace oddport::page_sources
