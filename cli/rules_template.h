// A complete rules file to begin with: what `oddport rules template` prints and docs/rules.md shows.
#pragma once

#include <string_view>

namespace oddport {

inline constexpr std::string_view rules_template =
    R"toml(# A protocol of one's own: four bytes of magic, a version, and a command word soon after.
[[signature]]
name = "acme-poll"
title = "ACME meter polling"
transport = "tcp"
ports = "596,700-710"      # of the server; leave it out for any port
side = "client"            # whose bytes: client, server or either (the default)
certainty = "likely"       # or confirmed, where the patterns leave no doubt
era = "niche"              # current (the default), niche or obsolete
label = "expected"         # expected, legacy or unofficial (the default)
note = "metering team, OPS-17"

[[signature.pattern]]      # all patterns must hold
at = 0                     # exactly here ...
hex = "41 43 4d 45 0? ??"  # '?' is any hexadecimal digit

[[signature.pattern]]
within = 64                # ... or anywhere in the first 64 bytes
regex = 'POLL [0-9]+\r\n'  # RE2's syntax
ignore_case = true

[[signature.pattern]]
side = "server"            # a pattern may look at the other side
at = 0
text = "ACK"

[[signature.example]]      # `oddport rules check` proves them
about = "a poll and its answer"
client_hex = "41 43 4d 45 02 00 50 4f 4c 4c 20 31 37 0d 0a"
server = "ACK 17\r\n"

[[signature.example]]
about = "another version of the magic"
client_hex = "41 43 4d 45 12 00 50 4f 4c 4c 20 31 37 0d 0a"
server = "ACK 17\r\n"
expect = "no match"

# What is ours, and what to call it, whatever is recognized there.
[[policy]]
name = "sms-gateway"
ports = 596
transport = "tcp"
server = ["198.18.0.0/24", "2001:db8:596::/64"]
label = "expected"
note = "the SMS gateway of operations, OPS-18"

# SSH outside its own port is known of one host, and of no other.
[[policy]]
name = "old-jump-host"
server = "198.18.7.1"
client = "198.18.0.0/15"
protocol = ["ssh", "rsync"]
label = "legacy"
note = "goes away in spring"
)toml";

}  // namespace oddport
