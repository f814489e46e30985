#include "host/package.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace oddport {

namespace {

const std::string dpkg = "/var/lib/dpkg";
constexpr std::size_t most_bytes = std::size_t{64} << 20;  // of one of dpkg's files
constexpr std::uint64_t largest_program = std::uint64_t{2} << 30;

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

// The name that a file of /usr has where /bin, /sbin and /lib* are links into it; empty where it has no other.
std::string other_name(const std::string& path) {
  for (const char* folder :
       {"/usr/bin/", "/usr/sbin/", "/usr/lib/", "/usr/lib32/", "/usr/lib64/", "/usr/libx32/"})
    if (path.starts_with(folder)) return path.substr(4);
  return {};
}

struct Diversion {
  std::string to;
  std::string package;  // ":" where an administrator made it, for all packages
};

// By the path that is diverted. The file holds three lines for each.
std::map<std::string, Diversion> read_diversions(const RootFolder& root) {
  std::map<std::string, Diversion> diversions;
  const std::string text = root.read(dpkg + "/diversions", most_bytes).value_or("");
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view from = take_line(rest);
    const std::string_view to = take_line(rest);
    const std::string_view package = take_line(rest);
    if (!package.empty()) diversions[std::string(from)] = {std::string(to), std::string(package)};
  }
  return diversions;
}

// A name in a package's list under which one of the files may stand, and whose list then counts.
struct ListedName {
  std::string file;
  std::string only;    // this package's; empty: any
  std::string except;  // not this package's; empty: none
};

using ListedNames = std::multimap<std::string, ListedName, std::less<>>;

void add_listed_names(const std::string& file, const std::string& name,
                      const std::map<std::string, Diversion>& diversions, ListedNames& names) {
  const auto own = diversions.find(name);
  // Where an administrator diverted it, no package owns what now lies there.
  if (own == diversions.end())
    names.emplace(name, ListedName{file, {}, {}});
  else if (own->second.package != ":")
    names.emplace(name, ListedName{file, own->second.package, {}});
  for (const auto& [from, diversion] : diversions)
    if (diversion.to == name) names.emplace(from, ListedName{file, {}, diversion.package});
}

ListedNames listed_names(const RootFolder& root, const std::set<std::string>& files) {
  const auto diversions = read_diversions(root);
  ListedNames names;
  for (const std::string& file : files) {
    add_listed_names(file, file, diversions, names);
    const std::string other = other_name(file);
    if (!other.empty()) add_listed_names(file, other, diversions, names);
  }
  return names;
}

struct Owner {
  std::string list;    // the stem of the package's files in dpkg's folder: "libc6:amd64"
  std::string listed;  // the name in its list
};

std::string package_name(const std::string& stem) { return stem.substr(0, stem.find(':')); }

void look_through_list(std::string_view text, const std::string& stem, const ListedNames& names,
                       std::map<std::string, Owner>& owners) {
  const std::string package = package_name(stem);
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const auto [first, last] = names.equal_range(line);
    for (auto name = first; name != last; ++name) {
      const ListedName& wanted = name->second;
      const bool counts =
          (wanted.only.empty() || wanted.only == package) && wanted.except != package;
      if (counts) owners.try_emplace(wanted.file, Owner{stem, name->first});
    }
  }
}

std::map<std::string, Owner> find_owners(const RootFolder& root, const ListedNames& names) {
  constexpr std::string_view suffix = ".list";
  std::map<std::string, Owner> owners;
  for (const std::string& name : root.list(dpkg + "/info")) {
    if (!name.ends_with(suffix)) continue;
    const auto text = root.read(fmt::format("{}/info/{}", dpkg, name), most_bytes);
    if (text) look_through_list(*text, name.substr(0, name.size() - suffix.size()), names, owners);
  }
  return owners;
}

// Of the packages that are installed, by name.
std::map<std::string, std::string> read_versions(const RootFolder& root) {
  std::map<std::string, std::string> versions;
  const std::string text = root.read(dpkg + "/status", most_bytes).value_or("");
  std::string_view rest = text;
  std::string package;
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    if (line.starts_with("Package: "))
      package = line.substr(9);
    else if (line.starts_with("Version: "))
      versions.try_emplace(package, line.substr(9));
    else if (line.empty())
      package.clear();
  }
  return versions;
}

struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// In hexadecimal; empty where the file cannot be read to its end, or where there is no MD5.
std::string md5_of(const RootFolder& root, const std::string& path) {
  const auto status = root.look_at(path);
  const Descriptor file = root.open_file(path);
  const std::unique_ptr<EVP_MD_CTX, FreeDigest> digest(EVP_MD_CTX_new());
  if (!status || !file || static_cast<std::uint64_t>(status->st_size) > largest_program) return {};
  if (EVP_DigestInit_ex(digest.get(), EVP_md5(), nullptr) != 1) return {};
  std::vector<char> space(std::size_t{1} << 18);
  for (std::uint64_t read = 0; read <= largest_program;) {
    const ssize_t got = ::read(file.number(), space.data(), space.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return {};
    if (got == 0) break;
    read += static_cast<std::uint64_t>(got);
    EVP_DigestUpdate(digest.get(), space.data(), static_cast<std::size_t>(got));
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned size = 0;
  if (EVP_DigestFinal_ex(digest.get(), sum.data(), &size) != 1) return {};
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", sum[i]);
  return text;
}

// "d41d8cd98f00b204e9800998ecf8427e  usr/sbin/sshd"
std::string listed_sum(const RootFolder& root, const Owner& owner) {
  constexpr std::size_t digits = 32;
  const std::string text =
      root.read(fmt::format("{}/info/{}.md5sums", dpkg, owner.list), most_bytes).value_or("");
  const std::string_view wanted = std::string_view(owner.listed).substr(1);
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    if (line.size() > digits + 2 && line.substr(digits + 2) == wanted)
      return std::string(line.substr(0, digits));
  }
  return {};
}

PackageFile compare(const RootFolder& root, const std::string& file, const Owner& owner) {
  const std::string listed = listed_sum(root, owner);
  if (listed.empty()) return PackageFile::unchecked;
  const std::string found = md5_of(root, file);
  if (found.empty()) return PackageFile::unchecked;
  return found == listed ? PackageFile::intact : PackageFile::modified;
}

}  // namespace

std::map<std::string, PackageFacts> find_packages(const RootFolder& root,
                                                  const std::set<std::string>& files) {
  std::map<std::string, PackageFacts> packages;
  if (!root || files.empty()) return packages;
  const auto owners = find_owners(root, listed_names(root, files));
  if (owners.empty()) return packages;
  const auto versions = read_versions(root);
  for (const auto& [file, owner] : owners) {
    PackageFacts& package = packages[file];
    package.name = package_name(owner.list);
    const auto version = versions.find(package.name);
    if (version != versions.end()) package.version = version->second;
    package.file = compare(root, file, owner);
  }
  return packages;
}

}  // namespace oddport
