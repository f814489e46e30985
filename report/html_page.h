// The report as one HTML file that needs nothing else: styles, script and data are inside, and nothing is ever loaded.
#pragma once

#include <string>

#include "report/page_data.h"

namespace oddport {

// Its content security policy permits the two inline resources by their hashes and no connection anywhere. `version` is the
// program's.
std::string html_page(const PageData& data, const std::string& version);

}  // namespace oddport
