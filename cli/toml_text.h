// TOML as this house reads it: by toml++, which is shown no text that it could come to grief on. The only header that includes it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace oddport {

// Some broken documents let toml++ come upon what it takes for impossible, where it would end the program or, with NDEBUG, go on
// regardless. Here it gives the document up instead.
struct DocumentGivenUp {};

constexpr void give_up_unless(bool possible) {
  if (!possible) throw DocumentGivenUp{};
}

}  // namespace oddport

#pragma push_macro("NDEBUG")
#undef NDEBUG
#define TOML_MAX_NESTED_VALUES 8
#define TOML_ASSERT(expression) ::oddport::give_up_unless(static_cast<bool>(expression))
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

namespace oddport {

struct TomlFault {
  std::size_t line = 0;  // 0: of the text as a whole
  std::string what;
};

// nullopt where the text is no TOML; `fault` then says where and why.
std::optional<toml::table> parse_toml(std::string_view text, TomlFault& fault);

inline std::size_t line_of(const toml::node& node) { return node.source().begin.line; }

}  // namespace oddport
