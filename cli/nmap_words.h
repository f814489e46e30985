// nmap's options of one dash and several letters (-iL, -oX, -Pn), which users' fingers know, as the long options that our parser has.
#pragma once

#include <string>
#include <vector>

namespace oddport {

// The arguments of `oddport scan` with every such word replaced; everything behind "--" stays.
std::vector<std::string> without_nmap_words(std::vector<std::string> arguments);

}  // namespace oddport
