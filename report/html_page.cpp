#include "report/html_page.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include "report/escape.h"
#include "report/page_json.h"
#include "report/page_sources.h"

namespace oddport {

namespace {

std::string html_text(std::string_view text) {
  std::string safe;
  for (const char c : visible(text)) {
    switch (c) {
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '&':
        safe += "&amp;";
        break;
      case '"':
        safe += "&quot;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

// A source expression of Content Security Policy Level 3, section 2.3.1; empty where OpenSSL offers no SHA-256, and nothing then runs.
std::string hash_of(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
    return "'none'";
  std::array<unsigned char, std::size_t{2} * EVP_MAX_MD_SIZE> code{};
  const int length = EVP_EncodeBlock(code.data(), digest.data(), static_cast<int>(size));
  std::string base64;
  for (int i = 0; i < length; ++i)
    base64 += static_cast<char>(code.at(static_cast<std::size_t>(i)));
  return fmt::format("'sha256-{}'", base64);
}

// Each name in the template, once, from front to back: what is filled in is not looked at again.
std::string filled_in(std::string_view text,
                      const std::vector<std::pair<std::string_view, std::string>>& values) {
  std::string page;
  for (const auto& [name, value] : values) {
    const std::size_t at = text.find(name);
    page.append(text.substr(0, at)).append(value);
    text.remove_prefix(at + name.size());
  }
  return page.append(text);
}

}  // namespace

std::string html_page(const PageData& data, const std::string& version) {
  const std::string style(page_sources::style);
  const std::string script = page_sources::script();
  const std::string policy = fmt::format(
      "default-src 'none'; script-src {}; style-src {}; img-src data:; base-uri 'none'; "
      "form-action 'none'",
      hash_of(script), hash_of(style));
  return filled_in(page_sources::page, {{"{{policy}}", policy},
                                        {"{{version}}", html_text(version)},
                                        {"{{title}}", html_text(data.title)},
                                        {"{{style}}", style},
                                        {"{{data}}", page_json(data)},
                                        {"{{script}}", script}});
}

}  // namespace oddport
