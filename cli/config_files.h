// Where a user's and this machine's configuration lies, and how a file of it is read.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace oddport {

// The user's own ($XDG_CONFIG_HOME/oddport or ~/.config/oddport, if there is a home), then /etc/oddport.
std::vector<std::filesystem::path> config_folders();

// nullopt where it cannot be read, and `error` says why. Of a larger file come `most` bytes and one more.
std::optional<std::string> read_config(const std::string& path, std::size_t most,
                                       std::string& error);

}  // namespace oddport
