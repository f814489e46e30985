#include "cli/config_files.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <system_error>

namespace oddport {

namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing sets it
  return value == nullptr ? std::string() : value;
}

// XDG Base Directory Specification: a path that is not absolute is invalid and ignored.
std::optional<fs::path> user_folder() {
  const fs::path configured = environment("XDG_CONFIG_HOME");
  if (configured.is_absolute()) return configured / "oddport";
  const fs::path home = environment("HOME");
  if (home.is_absolute()) return home / ".config" / "oddport";
  return std::nullopt;
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

std::vector<fs::path> config_folders() {
  std::vector<fs::path> folders;
  if (const auto own = user_folder()) folders.push_back(*own);
  folders.emplace_back("/etc/oddport");
  return folders;
}

std::optional<std::string> read_config(const std::string& path, std::size_t most,
                                       std::string& error) {
  std::error_code ignored;
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr || fs::is_directory(path, ignored)) {
    error = file == nullptr ? std::generic_category().message(errno) : "is a folder";
    return std::nullopt;
  }
  // One byte more than is allowed tells a file that is too large.
  std::string text(most + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) != 0) {
    error = std::generic_category().message(errno);
    return std::nullopt;
  }
  return text;
}

}  // namespace oddport
